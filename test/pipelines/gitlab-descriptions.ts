import fc from 'fast-check';
import type { ElsewhereDescription } from '../../pipelines/elsewhere';
import { gitLabSample } from './gitlab-sample';

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);

/** Whatever a team may describe. */
export const descriptions: fc.Arbitrary<ElsewhereDescription> = fc
  .record({
    service: word,
    branch: fc.constantFrom('main', 'on', 'release/1.x'),
    names: fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
    kinds: fc.array(fc.record({ push: fc.boolean(), promotes: fc.boolean(), approval: fc.boolean() }), {
      minLength: 4,
      maxLength: 4,
    }),
    argument: fc.stringMatching(/^[ -~]{0,12}$/),
    hasLogin: fc.boolean(),
  })
  .map(({ service, branch, names, kinds, argument, hasLogin }) =>
    gitLabSample({
      service,
      defaultBranch: branch,
      buildArguments: { BASE: argument },
      ...(hasLogin ? {} : { login: undefined }),
      targets: names.map((name, index) => {
        const { push, promotes, approval } = kinds[index] ?? {
          push: true,
          promotes: false,
          approval: false,
          variables: [],
        };
        const upstream = promotes ? names[index - 1] : undefined;
        return {
          name,
          deployOn: push ? 'push' : 'manual',
          ...(upstream === undefined ? { channel: name } : { promotesFrom: upstream }),
          approval: upstream !== undefined && approval,
          variables: [],
        };
      }),
    }),
  );

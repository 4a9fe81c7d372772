import fc from 'fast-check';
import type { ExternalPipeline } from '../../pipelines/external';
import { gitLabSample } from './gitlab-sample';

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);

/** What can be typed as a build argument's value. */
export const typed = fc.stringMatching(/^[ -~]{0,12}$/);

/**
 * Whatever a team may describe.
 * @param o.argument values of a build argument
 * @param o.login of the registry
 * @param o.variables those that each environment's stack file names
 */
export function descriptionsWith(o: {
  argument: fc.Arbitrary<string>;
  login: fc.Arbitrary<ExternalPipeline['login']>;
  variables: string[];
}): fc.Arbitrary<ExternalPipeline> {
  const kind = fc.record({ push: fc.boolean(), promotes: fc.boolean(), approval: fc.boolean() });
  return fc
    .record({
      service: word,
      branch: fc.constantFrom('main', 'on', 'release/1.x'),
      names: fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
      kinds: fc.array(kind, { minLength: 4, maxLength: 4 }),
      argument: o.argument,
      login: o.login,
    })
    .map(({ service, branch, names, kinds, argument, login }) =>
      gitLabSample({
        service,
        defaultBranch: branch,
        buildArguments: { BASE: argument },
        login,
        targets: names.map((name, index) => {
          const { push, promotes, approval } = kinds[index] ?? { push: true, promotes: false, approval: false };
          const upstream = promotes ? names[index - 1] : undefined;
          return {
            name,
            deployOn: push ? 'push' : 'manual',
            ...(upstream === undefined ? { channel: name } : { promotesFrom: upstream }),
            approval: upstream !== undefined && approval,
            onPlatformEngine: push,
            variables: o.variables,
          };
        }),
      }),
    );
}

/** Whatever a team with GitLab may describe. */
export const gitLabDescriptions = descriptionsWith({
  argument: typed,
  login: fc.constantFrom(undefined, gitLabSample().login),
  variables: [],
});

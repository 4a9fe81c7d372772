import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { StackFile } from '../../config/stack';
import { inOrder, named, prefixOf, readStacks } from '../../config/stacks';
import { configDefaults, configValues } from '../../config/stack-file';
import { projectRoot } from '../../base/paths';
import { UserError } from '../../base/errors';

const platform = { name: 'platform', config: { role: 'platform', prefix: 'shop' } } as unknown as StackFile;
function environment(name: string, promotesFrom = ''): StackFile {
  return { name, config: { role: 'environment', platform: 'platform', promotesFrom } } as unknown as StackFile;
}
const names = (stacks: readonly StackFile[]): string[] => stacks.map(({ name }) => name);

describe('order of stacks', () => {
  it('is platform, then upstream before downstream, whatever the names', () => {
    const stacks = [environment('alpha', 'zulu'), environment('zulu', 'mike'), environment('mike'), platform];
    assert.deepEqual(names(inOrder(stacks)), ['platform', 'mike', 'zulu', 'alpha']);
  });

  it('does not depend on the order in which files are found', () => {
    const stacks = [platform, environment('dev'), environment('pilot', 'dev'), environment('live', 'pilot')];
    fc.assert(
      fc.property(fc.shuffledSubarray(stacks, { minLength: stacks.length }), (shuffled) => {
        assert.deepEqual(names(inOrder(shuffled)), ['platform', 'dev', 'pilot', 'live']);
      }),
    );
  });

  it('refuses a circle and an unknown upstream', () => {
    assert.throws(() => inOrder([environment('a', 'b'), environment('b', 'a')]), /circle: a ← b ← a/);
    assert.throws(
      () => inOrder([environment('staging'), environment('production', 'stagign')]),
      /no Pulumi.stagign.yaml; did you mean "staging"\?/,
    );
  });
});

describe('stacks by name', () => {
  const stacks = [platform, environment('staging')];
  it('keeps the order, and takes all when none is named', () => {
    assert.deepEqual(names(named(stacks, ['staging', 'platform'])), ['platform', 'staging']);
    assert.deepEqual(names(named(stacks, [])), ['platform', 'staging']);
  });

  it('names the nearest one', () => {
    assert.throws(
      () => named(stacks, ['stging']),
      new UserError('there is no "stging" here; did you mean "staging"?', 'one of: platform, staging'),
    );
  });

  it("knows an environment's prefix by its platform", () => {
    assert.equal(prefixOf(stacks, environment('staging')), 'shop');
    assert.throws(() => prefixOf([], environment('staging')), /no platform here/);
  });
});

describe('stack files', () => {
  it('gives values as Pulumi does: text, structures as JSON, only of this project', () => {
    assert.deepEqual(configValues('config:\n  sluice:port: 5\n  sluice:list: [a]\n  docker:host: x\n', 'f'), {
      port: '5',
      list: '["a"]',
    });
    assert.deepEqual(configValues('', 'f'), {});
    assert.deepEqual(configDefaults('config:\n  a: {type: string, default: ""}\n  b: {type: string}\n'), { a: '' });
  });

  it("reads the project's own in order", () => {
    assert.deepEqual(names(readStacks(projectRoot)), ['platform', 'staging', 'production']);
  });
});

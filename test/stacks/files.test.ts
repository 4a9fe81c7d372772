import assert from 'node:assert/strict';
import { UserError } from '../../errors';
import { projectRoot } from '../../paths';
import { inOrder, readStackFiles, routeOf, stackFile } from '../../stacks/files';

const environment = (name: string, promotesFrom = '', repository = 'discounts') =>
  stackFile(
    name,
    `config:\n  sluice:promotesFrom: "${promotesFrom}"\n  sluice:services:\n    a: {repository: ${repository}, port: 1}\n`,
  );

describe('stack files', () => {
  it('are those of this project, upstream first', () => {
    assert.deepEqual(
      readStackFiles(projectRoot).map(({ name, role, promotesFrom, channel }) => [name, role, promotesFrom, channel]),
      [
        ['platform', 'platform', '', ''],
        ['staging', 'environment', '', 'staging'],
        ['production', 'environment', 'staging', ''],
      ],
    );
  });

  it('come in the order of promotion, whatever their names', () => {
    const stacks = [environment('a', 'm'), environment('m', 'z'), environment('z')];
    assert.deepEqual(
      inOrder(stacks).map((stack) => stack.name),
      ['z', 'm', 'a'],
    );
  });

  it('must not promote in a circle', () => {
    assert.throws(
      () => inOrder([environment('a', 'b'), environment('b', 'a')]),
      (error) => error instanceof UserError && error.message === 'environments promote in a circle: a → b → a',
    );
  });

  it('must not promote from what is no environment', () => {
    assert.throws(
      () => inOrder([environment('a', 'b')]),
      (error) => error instanceof UserError && /names "b", which is no environment here/.test(error.message),
    );
  });

  it('that are no YAML are refused by name', () => {
    assert.throws(() => stackFile('staging', 'config: ['), /Pulumi\.staging\.yaml is not YAML/);
  });

  it('tell the way of a repository’s releases', () => {
    const stacks = inOrder([
      environment('production', 'staging'),
      environment('staging'),
      environment('other', '', 'else'),
    ]);
    assert.deepEqual(routeOf('discounts', stacks), { channels: ['staging'], environments: ['staging', 'production'] });
    assert.deepEqual(routeOf('unknown', stacks), { channels: [], environments: [] });
  });
});

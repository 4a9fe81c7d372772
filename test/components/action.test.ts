import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { Action, type ActionArgs } from '../../components/action';
import { valueOf } from './mocks';

/** How the engine writes a secret. */
const asSecret = (value: unknown) => ({
  '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270',
  value,
});

/** An action whose plugin takes all that it prints for a secret. */
async function declare(args: Partial<ActionArgs>): Promise<Action> {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({
      id: name,
      state: { ...(inputs as object), stdout: asSecret('{"digest":"d"}') },
    }),
    call: ({ inputs }) => inputs as Record<string, unknown>,
  });
  return new Action('one', { action: 'gate', input: { a: 1 }, ...args });
}

describe('Action', () => {
  it('that gets secrets prints none, whatever its plugin makes of them', async () => {
    const { output } = await declare({ secrets: { key: 'k3y' } });
    assert.deepEqual(await valueOf(output), { digest: 'd' });
    assert.equal(await pulumi.isSecret(output), false);
  });

  it('that says it prints a secret does', async () => {
    const { output } = await declare({ secrets: { key: 'k3y' }, secretOutput: true });
    assert.equal(await pulumi.isSecret(output), true);
  });

  it('without secrets leaves it to its plugin', async () => {
    const { output } = await declare({});
    assert.equal(await pulumi.isSecret(output), true);
  });
});

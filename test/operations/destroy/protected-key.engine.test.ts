import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LocalWorkspace, type PulumiFn, type Stack } from '@pulumi/pulumi/automation';
import { password } from '../../../components/password';
import { describeFailure } from '../../../operations/outcome';
import { destroyAll } from '../../../operations/destroy/everything';
import { keyInState } from '../../../operations/destroy/key-in-state';
import { DeliveryStack } from '../../../operations/pulumi/stack';
import { resourcesOf } from '../../../operations/pulumi/state';
import { assertTold } from '../../errors/told';
import { storeHome } from '../../targets/store-home';
import { someLease } from '../some-lease';

/** A platform as far as its key goes. */
const withKey: PulumiFn = () => {
  const { result } = password('ledger-key', undefined, 43, { protect: true });
  password('other');
  return Promise.resolve({ ledgers: result });
};

/** The same of a version that knows no key. */
const older: PulumiFn = () => {
  password('other');
  return Promise.resolve({});
};

describe('the key of ledgers, with Pulumi itself', function () {
  this.timeout(300_000);
  const home = storeHome();
  const notes: string[] = [];

  beforeEach(() => {
    const state = path.join(home.folder, 'pulumi');
    fs.mkdirSync(state);
    Object.assign(process.env, {
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_CONFIG_PASSPHRASE: 'x',
      PULUMI_SKIP_UPDATE_CHECK: 'true',
    });
  });

  const stackOf = (program: PulumiFn): Promise<Stack> =>
    LocalWorkspace.createOrSelectStack({ stackName: 'platform', projectName: 'sluice', program });
  /** As the verbs drive it; its program is one of this file. */
  const driven = (stack: Stack): DeliveryStack =>
    Reflect.construct(DeliveryStack, [
      ...['platform', stack, stack],
      ...[(line: string) => void notes.push(line), someLease()],
    ]) as DeliveryStack;
  const names = async (stack: Stack): Promise<string[]> =>
    resourcesOf(await stack.exportStack()).flatMap(({ type = '', urn = '' }) =>
      type.startsWith('random:') ? [urn.split('::').at(-1) ?? ''] : [],
    );

  it('outlives the update of a version that does not declare it, which fails and is told', async () => {
    const first = await stackOf(withKey);
    const key = (await first.up()).outputs['ledgers']?.value as string;
    assert.equal(key.length, 43);
    assert.equal(await keyInState('platform'), key);
    const outcome = await driven(await stackOf(older)).up({ refresh: false });
    assert.equal(outcome.ok, false);
    const lines = describeFailure('platform', outcome);
    assertTold('protectedKey', {
      message: lines.slice(0, -2).join('\n'),
      next: lines.at(-2)?.replace('  next: ', '') ?? '',
    });
    const { outputs, summary } = await (await stackOf(withKey)).up();
    assert.deepEqual([outputs['ledgers']?.value, Object.keys(summary.resourceChanges ?? {})], [key, ['same']]);
  });

  it('stays when plain Pulumi is to destroy the platform, and goes with the state alone in our destroy, begun anew as well', async () => {
    const stack = await stackOf(withKey);
    await stack.up();
    await assert.rejects(stack.destroy(), /because it is protected/);
    assert.ok((await names(stack)).includes('ledger-key'));
    // A run that is killed between the two.
    assert.equal((await driven(stack).unprotect()).ok, true);
    for (const time of ['first', 'second']) {
      const outcome = await destroyAll(driven(stack));
      assert.deepEqual([outcome.errors, await names(stack)], [[], ['ledger-key']], time);
      assert.equal((await keyInState('platform'))?.length, 43);
    }
    const key = await keyInState('platform');
    assert.equal((await stack.up()).outputs['ledgers']?.value, key);
    await destroyAll(driven(stack));
    await driven(stack).remove();
    assert.equal(await keyInState('platform'), undefined);
  });
});

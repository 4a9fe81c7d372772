import assert from 'node:assert/strict';
import type { LedgerRecord } from '../../releases/ledger';
import { command, remoteCommand, type Recorder } from '../components/mocks';
import { isSecret, plain, stdinOf } from '../components/platform-args';
import { candidate } from '../releases/fixtures';
import { access as storeAccess } from '../targets/store-home';
import { asLeft, config, declare, hash, passwords, place, upstream } from './declared-compose';
import { real, recorded, script } from './seen-compose';

const ledger = { environment: 'pilot', key: storeAccess.key };

describe('an environment that is a compose project behind or before a gate', () => {
  const gate = [{ name: 'shop', type: 'http', service: 'discounts', path: '/' }];
  const pilot = { 'organization/sluice/pilot': { deployed: { candidate: candidate('a') }, place: upstream } };
  const promoted = { discounts: hash('a') };
  const here = { target: { kind: 'engine' }, sshPassword: '' };
  const placesOf = (recorder: Recorder): unknown => {
    const { stdin, ...rest } = recorder.inputs(command, 'promotion');
    assert.equal(isSecret(stdin), true);
    for (const password of passwords) assert.ok(!JSON.stringify(rest).includes(password));
    const { ledger: access, machine, places } = stdinOf({ stdin });
    return { ledger: access, machine, places };
  };

  it('has the gate of an environment on this engine look at that machine', async () => {
    const { recorder, asked } = await declare({
      name: 'production',
      config: config({ ...here, promotesFrom: 'pilot', gate }),
      references: pilot,
      promoted,
    });
    assert.deepEqual(asked, [{ ...ledger, environment: 'production' }]);
    assert.deepEqual(placesOf(recorder), { ledger: storeAccess, machine: undefined, places: { upstream } });
  });

  it('tells its own gate where it is, in case its ledger is there', async () => {
    const stage = { ...place, folder: '/usr/local/shop-stage' };
    const { recorder } = await declare({
      name: 'stage',
      config: config({ promotesFrom: 'pilot', gate }),
      references: pilot,
      promoted,
    });
    assert.deepEqual(placesOf(recorder), { ledger: storeAccess, machine: stage, places: { upstream } });
    assert.ok(script(recorder).includes(`localhost:5500/discounts@${hash('a')} ${hash('a')} 90`));
    assert.ok(real(recorder).some(({ name }) => name === 'channel'));
  });

  it('has its ledger asked before each deployment, and changes nothing while there is none', async () => {
    const stage = { name: 'stage', config: config({ promotesFrom: 'pilot', gate }), references: pilot, promoted };
    const { recorder } = await declare(stage);
    const { candidate: taken, releases, at } = recorded(recorder);
    const { images, ...asked } = stdinOf(recorder.inputs(command, 'require-pass'));
    assert.deepEqual(images, { discounts: `localhost:5500/discounts@${hash('a')}` });
    const of = { environment: 'stage', candidate: taken, at };
    assert.deepEqual(asked, { ...of, ledger: storeAccess, machine: { ...place, folder: '/usr/local/shop-stage' } });
    const names = real(recorder).map(({ name }) => name);
    assert.ok(names.indexOf('promotion') < names.indexOf('require-pass'), String(names));
    assert.ok(names.indexOf('require-pass') < names.indexOf('deploy'), String(names));

    const left: LedgerRecord = { kind: 'cutover', ...of, releases };
    const second = await declare({ ...stage, now: asLeft(taken), records: [left] });
    for (const [type, name] of [
      [command, 'require-pass'],
      [remoteCommand, 'deploy'],
    ] as const) {
      assert.deepEqual(plain(second.recorder.inputs(type, name)), plain(recorder.inputs(type, name)), name);
    }
    const drifted = await declare({ ...stage, records: [left] });
    assert.notEqual(stdinOf(drifted.recorder.inputs(command, 'require-pass'))['at'], at);
  });
});

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { entryName } from '../../store/ledger/names';
import {
  acceptLostEnd,
  appendRecords,
  chainOf,
  ledgerReader,
  lostEndOf,
  readLedger,
  verifyLedger,
} from '../../targets/ledger';
import { ledgerOf, storeAccess } from '../../targets/place';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { assertTold } from '../errors/told';
import { candidate, cutover, gate, verdict } from '../releases/fixtures';
import { access, storeHome } from './store-home';

const [a, b] = [candidate('a'), candidate('b')];

describe('a ledger', () => {
  const home = storeHome();
  const place = () => home.place('production');

  it('that is not there has no records, and reading it leaves nothing', async () => {
    assert.deepEqual(await readLedger(place()), []);
    assert.deepEqual(fs.readdirSync(home.folder), []);
  });

  it('has what was written, in that order, and nothing of other environments', async () => {
    await home.put('production', cutover(b), cutover(a));
    await home.put('staging', cutover(a, 'staging'));
    await home.put('production', verdict(a, gate('/'), 'passed'));
    const records = await readLedger(place());
    assert.deepEqual(records, [cutover(b), cutover(a), verdict(a, gate('/'), 'passed')]);
  });

  it('is read once by who asks several times, also at once, and again for what has come since', async () => {
    await home.put('production', cutover(a), cutover(b));
    const read = ledgerReader();
    assert.deepEqual(await Promise.all([read(place()), read(place()), read(place(), { candidates: [a] })]), [
      [cutover(a), cutover(b)],
      [cutover(a), cutover(b)],
      [cutover(a), cutover(b)],
    ]);
    await home.put('production', cutover(a));
    assert.equal((await read(place(), undefined, false)).length, 2);
    assert.equal((await read(place())).length, 3);
    assert.equal((await read(place(), undefined, false)).length, 3);
    // What was read does not have to be there any more.
    fs.rmSync(path.join(home.store.place, 'ledger'), { recursive: true });
    assert.equal((await read(place())).length, 3);
  });

  it('is read anew after it could not be read', async () => {
    fs.writeFileSync(home.store.place, '');
    const read = ledgerReader();
    await assert.rejects(read(place()), UserError);
    fs.rmSync(home.store.place);
    await home.put('production', cutover(a));
    assert.deepEqual(await read(place(), undefined, false), [cutover(a)]);
  });

  it('has none of another key’s records: without the state’s secret nobody lets anything in', async () => {
    await home.put('production', cutover(a));
    const forger = ledgerOf({ key: 'f'.repeat(43) }, 'production', undefined);
    // Whoever has another key sees nothing either; his record comes after what he can't read.
    await appendRecords(forger, [verdict(b, gate('/'), 'passed')]).catch(() => undefined);
    assert.deepEqual(await readLedger(place()), [cutover(a)]);
  });

  it('says which records an edit has made none', async () => {
    await home.put('production', cutover(a), cutover(b));
    const first = path.join(home.store.place, entryName('production', 1));
    fs.writeFileSync(first, fs.readFileSync(first, 'utf8').replaceAll('aaaaaaaa', 'cccccccc'));
    const { findings, past } = await chainOf(place());
    assert.deepEqual(
      findings.map(({ number, kind }) => [number, kind]),
      [[1, 'bad signature']],
    );
    assert.deepEqual(past, [{ number: 2, record: cutover(b) }]);
  });

  it('whose end is another one than the state knows is refused', async () => {
    await home.put('production', cutover(a));
    const head = await appendRecords(place(), [cutover(b)]);
    assert.equal((await readLedger({ ...place(), head })).length, 2);
    for (const other of [
      { number: 3, hash: head.hash },
      { number: 2, hash: '0'.repeat(64) },
    ]) {
      const known = ledgerOf(access, 'production', undefined, other);
      const refused = (error: unknown): true => {
        assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
        assertTold('lostRecords', error);
        return true;
      };
      await assert.rejects(readLedger(known), refused);
      await assert.rejects(appendRecords(known, [cutover(a)]), refused);
      assert.equal((await verifyLedger(known)).findings[0]?.number, other.number);
      await acceptLostEnd(known, await lostEndOf(known), 'ann@laptop');
      assert.deepEqual(await readLedger(known), [cutover(a), cutover(b)], 'what runs runs on');
    }
  });

  it('in a store that can’t be read is no empty one', async () => {
    // A file is where the store's folder would be.
    fs.writeFileSync(home.store.place, '');
    await assert.rejects(readLedger(place()), (error: unknown) => {
      assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
      assertTold('storeAway', error);
      return true;
    });
  });

  it('on a machine is the same, and nobody’s but the account’s that deploys', async () => {
    const host = await fakeSshHost();
    try {
      const there = ledgerOf({ ...access, onMachines: true }, 'production', host.place);
      assert.deepEqual(await readLedger(there), []);
      await appendRecords(there, [cutover(a), cutover(b)]);
      assert.deepEqual(await readLedger(there), [cutover(a), cutover(b)]);
      const store = path.join(host.place.folder, '.sluice', 'store');
      for (const entry of fs.readdirSync(store, { recursive: true, withFileTypes: true })) {
        const mode = fs.statSync(path.join(entry.parentPath, entry.name)).mode & 0o077;
        assert.equal(mode, 0, entry.name);
      }
      assert.ok(!fs.existsSync(home.store.place));
    } finally {
      await host.stop();
    }
  });

  it('is on a machine that config names, entered with what the platform’s file says', async () => {
    const host = await fakeSshHost();
    try {
      const { ssh, folder } = host.place;
      const { user, port, hostKey, password = '' } = ssh;
      const config = { store: `ssh://${user}@127.0.0.1:${port}${folder}/our%20store`, storeHostKey: hostKey };
      const at = (changed: object) => {
        const login = { sshPassword: password, sshPrivateKey: '', ...changed };
        const known = { ...access, ...storeAccess({ ...config, ...login }, 's3://state') };
        return ledgerOf(known, 'production', { ssh: { ...ssh, host: 'nowhere.invalid' }, folder: '/nowhere' });
      };
      await appendRecords(at({}), [cutover(a), cutover(b)]);
      assert.deepEqual(await readLedger(at({})), [cutover(a), cutover(b)]);
      assert.ok(fs.existsSync(path.join(folder, 'our store', entryName('production', 2))));
      assert.ok(!fs.existsSync(home.store.place));
      const trouble = async (changed: object, message: RegExp, next: RegExp) =>
        assert.rejects(readLedger(at(changed)), (error: unknown) => {
          assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
          assert.match(error.message, message);
          assert.match(error.next ?? '', next);
          return true;
        });
      await trouble(
        { sshPassword: 'another' },
        /does not let \S+ in with this password$/,
        /then correct sluice:store, sluice:sshPassword or sluice:sshPrivateKey$/,
      );
      const other = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
      await trouble({ storeHostKey: other }, /but its host key should be/, /then correct sluice:storeHostKey$/);
    } finally {
      await host.stop();
    }
  });
});

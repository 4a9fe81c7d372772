import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { entryName } from '../../store/ledger/names';
import { appendRecords, chainOf, readLedger } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
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
    assert.equal((await readLedger(place(), head)).length, 2);
    await assert.rejects(readLedger(place(), { number: 3, hash: head.hash }), UserError);
    await assert.rejects(readLedger(place(), { number: 2, hash: '0'.repeat(64) }), UserError);
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
});

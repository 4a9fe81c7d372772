import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { keptIn, recordsOf } from '../../cli/status/records';
import { keepInLedger } from '../../targets/evidence';
import { ledgerReader } from '../../targets/ledger';
import type { LedgerPlace } from '../../targets/place';
import { candidate, cutover } from '../releases/fixtures';
import { assertTold } from '../errors/told';
import { storeHome } from '../targets/store-home';

describe('what status knows of a ledger', () => {
  const home = storeHome();
  const record = cutover(candidate('a'));
  const known = (place: LedgerPlace | undefined) => recordsOf(place, ledgerReader());

  it('is its records, and none of one that is not there yet', async () => {
    await home.put('production', record);
    assert.deepEqual(await known(home.place('production')), { records: [record], problem: null });
    assert.deepEqual(await known(undefined), { records: [], problem: null });
  });

  it('is why it can’t be read, and nothing dies of that', async () => {
    await home.put('production', record);
    const { records, problem } = await known({ ...home.place('production'), head: { number: 2, hash: '' } });
    assert.deepEqual(records, []);
    assertTold('lostRecords', { message: problem?.problem ?? '', next: problem?.next ?? '' });
    fs.rmSync(home.store.place, { recursive: true });
    fs.writeFileSync(home.store.place, '');
    assertTold('storeAway', { message: (await known(home.place('production'))).problem?.problem ?? '', next: '' });
  });

  it('is also which evidence is still there; where nobody can tell, all of it', async () => {
    const place = home.place('production');
    const records = ['1', '2'].map((run) => ({ ...record, evidence: `production/x/${run}` }));
    await keepInLedger([{ name: 'a.log', content: Buffer.from('x') }], place, 'production/x/1');
    const kept = await keptIn(place, records);
    assert.deepEqual(['production/x/1', 'production/x/2'].map(kept), [true, false]);
    fs.rmSync(home.store.place, { recursive: true });
    fs.writeFileSync(home.store.place, '');
    assert.equal((await keptIn(place, records))('production/x/2'), true);
    assert.equal((await keptIn(undefined, []))('production/x/2'), true);
  });
});

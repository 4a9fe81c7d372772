import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { recordsOf } from '../../cli/status/records';
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
});

import assert from 'node:assert/strict';
import { entryName } from '../../store/ledger/names';
import { copyLedger } from '../../targets/copy-ledger';
import { keepInLedger, readEvidence } from '../../targets/evidence';
import { appendRecords, chainOf, readLedger } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { storeOf } from '../../targets/store-of';
import { fakeSshHost, type FakeSshHost } from '../clients/ssh/fake-ssh-host';
import { candidate, cutover, gate, verdict } from '../releases/fixtures';
import { access, storeHome } from './store-home';

const a = candidate('a');
/** Long enough to be a value of its own. */
const longGate = gate(`/${'x'.repeat(20_000)}`);

describe('a ledger that moves along with its environment', () => {
  const home = storeHome();
  let host: FakeSshHost;
  beforeEach(async () => (host = await fakeSshHost()));
  afterEach(() => host.stop());
  const there = () => ledgerOf({ ...access, onMachines: true }, 'production', host.place);

  it('has every record where it is now, with what it left, and says how many', async () => {
    const from = home.place('production');
    await appendRecords(from, [cutover(a), verdict(a, longGate, 'passed')]);
    await home.put('staging', cutover(a, 'staging'));
    await keepInLedger([{ name: 'shop/a b.png', content: Buffer.from('x') }], from, 'production/x/1');
    await keepInLedger([{ name: 'other', content: Buffer.from('x') }], from, 'staging/x/1');
    assert.equal(await copyLedger(from, there()), 2);
    assert.deepEqual(await readLedger(there()), [cutover(a), verdict(a, longGate, 'passed')]);
    assert.deepEqual(await chainOf(there()), await chainOf(from));
    assert.deepEqual(
      (await readEvidence(there(), 'production')).map(({ name }) => name),
      ['x/1/shop/a b.png'],
    );
    assert.deepEqual(await readEvidence(there(), 'staging'), []);
    assert.deepEqual(await storeOf(there()).list('ledger'), ['ledger/production/']);
    // Once more there is nothing to copy; afterwards it goes on from its end.
    assert.equal(await copyLedger(from, there()), 0);
    await appendRecords(there(), [cutover(candidate('b'))]);
    assert.equal((await readLedger(there())).length, 3);
  });

  it('has what it left also when evidence lies under another name than the environment has', async () => {
    const from = home.place('qa_1');
    await keepInLedger([{ name: 'a.png', content: Buffer.from('x') }], from, 'qa_1/x');
    const to = ledgerOf({ ...access, onMachines: true }, 'qa_1', host.place);
    await copyLedger(from, to);
    assert.equal((await readEvidence(to, 'qa_1')).length, 1);
  });

  it('that was broken off lacks its end and nothing else, and is whole after the next time', async () => {
    const from = home.place('production');
    await appendRecords(from, [cutover(a), verdict(a, longGate, 'passed'), cutover(candidate('b'))]);
    const first = entryName('production', 1);
    await storeOf(there()).create(first, (await storeOf(from).read(first))!);
    assert.deepEqual(await readLedger(there()), [cutover(a)]);
    assert.equal(await copyLedger(from, there()), 2);
    assert.deepEqual((await chainOf(there())).findings, []);
  });
});

import { strict as assert } from 'node:assert';
import { ChainReading } from '../../../store/ledger/chain';
import { entryName } from '../../../store/ledger/names';
import { verifyChain } from '../../../store/ledger/verify';
import { cutover } from '../../releases/fixtures';
import { keys, MemoryStore, write } from './fixtures';
import { a, past } from './scenario';

describe('verifyChain', () => {
  let store: MemoryStore;
  const lines = async (head?: Awaited<ReturnType<typeof write>>) =>
    (await verifyChain(store, 'production', { keys, head })).lines;

  beforeEach(() => {
    store = new MemoryStore();
  });

  it('says how many records are sound', async () => {
    assert.deepEqual(await lines(), ['the ledger of production has no record']);
    await write(store, [cutover(a)]);
    assert.deepEqual(await lines(), ['the ledger of production: record 1 is sound']);
    await write(store, past);
    assert.deepEqual(await lines(), ['the ledger of production: records 1 to 12 are sound']);
  });

  it('says up to where it is sound, and each finding, whatever a snapshot knows', async () => {
    await write(store, past);
    await new ChainReading(store, 'production', { keys }).writeSnapshot(keys.own);
    store.objects.delete(entryName('production', 6));
    store.objects.set(entryName('production', 9), Buffer.from('x'));
    store.objects.set('ledger/production/more', Buffer.from('x'));
    assert.deepEqual(await lines(), [
      'the ledger of production: records 1 to 5 are sound; it has 11',
      'record 6: it is missing: somebody has removed it',
      'record 9: it is no record: somebody has written or changed it',
      'ledger/production/more lies in the ledger and is no record of it',
    ]);
    store.objects.set(entryName('production', 1), Buffer.from('x'));
    assert.equal((await lines())[0], 'the ledger of production is not sound from its first record on; it has 11');
  });

  it('tells of an end that was cut off, and refuses nothing', async () => {
    const head = await write(store, past);
    store.objects.delete(entryName('production', 11));
    const { end, soundUpTo, lines: told } = await verifyChain(store, 'production', { keys, head });
    assert.deepEqual([end, soundUpTo], [10, 10]);
    assert.equal(told[1], 'record 11: the ledger ends before it');
  });
});

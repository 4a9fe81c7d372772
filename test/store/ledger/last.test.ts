import { strict as assert } from 'node:assert';
import { formatRecord } from '../../../releases/ledger-text';
import { ChainReading } from '../../../store/ledger/chain';
import { describeFinding } from '../../../store/ledger/finding';
import { importText } from '../../../store/ledger/import';
import { readLast } from '../../../store/ledger/last';
import { entryName } from '../../../store/ledger/names';
import { cutover } from '../../releases/fixtures';
import { keys, MemoryStore, write } from './fixtures';
import { a, past } from './scenario';

describe('the last records of a chain', () => {
  let store: MemoryStore;
  const read = (count: number) => readLast(store, 'production', { keys }, count);
  const records = async (count: number) => (await read(count)).past.map(({ record }) => record);

  beforeEach(async () => {
    store = new MemoryStore();
    await write(store, past);
  });

  it('are as many as are asked for, whatever a snapshot holds', async () => {
    await new ChainReading(store, 'production', { keys }).writeSnapshot(keys.own);
    assert.deepEqual(await records(3), past.slice(-3));
    assert.equal((await read(3)).isAll, false);
    for (const count of [past.length, past.length + 1, Infinity]) {
      assert.deepEqual(await records(count), past);
      assert.equal((await read(count)).isAll, true);
    }
    assert.deepEqual(
      (await read(2)).past.map(({ number }) => number),
      [past.length - 1, past.length],
    );
  });

  it('are read alone', async () => {
    const names: string[] = [];
    const readAll = store.readAll.bind(store);
    store.readAll = async (...of) => {
      const found = await readAll(...of);
      names.push(...found.map(({ name }) => name));
      return found;
    };
    await new ChainReading(store, 'production', { keys }).writeSnapshot(keys.own);
    names.length = 0;
    await read(2);
    assert.deepEqual(
      names,
      [past.length - 1, past.length].map((number) => entryName('production', number)),
    );
  });

  it('come with what is wrong among them, and with nothing that is before', async () => {
    store.objects.delete(entryName('production', 2));
    store.objects.delete(entryName('production', past.length - 1));
    const told = async (count: number) => (await read(count)).findings.map(describeFinding);
    assert.deepEqual(await told(3), [`record ${past.length - 1}: it is missing: somebody has removed it`]);
    assert.equal((await told(past.length)).length, 2);
    assert.deepEqual(await records(2), past.slice(-1));
  });

  it('are the last lines of what was imported, where there are no others', async () => {
    store = new MemoryStore();
    const text = [...past, cutover(a)].map(formatRecord).join('');
    await importText(store, 'production', text, { keys });
    await write(store, [cutover(a)]);
    // A line and an empty one for each record.
    assert.deepEqual(await records(8), [...past.slice(-3), cutover(a), cutover(a)]);
    assert.equal((await read(8)).isAll, false);
    assert.deepEqual(await records(1_000), [...past, cutover(a), cutover(a)]);
    assert.equal((await read(1_000)).isAll, true);
  });
});

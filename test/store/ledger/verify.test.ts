import { strict as assert } from 'node:assert';
import { ChainReading } from '../../../store/ledger/chain';
import { sha256 } from '../../../store/ledger/hash';
import { entryName, snapshotName } from '../../../store/ledger/names';
import { verifyChain } from '../../../store/ledger/verify';
import { cutover } from '../../releases/fixtures';
import { keys, keysOf, MemoryStore, write } from './fixtures';
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

  describe('of what lies among the snapshots', () => {
    const snapshot = (by = keys) => new ChainReading(store, 'production', { keys: by }).writeSnapshot(by.own);
    const strange = (name: string) =>
      `ledger-snapshots/production/${name} is no snapshot of this ledger, and changes nothing: remove it from the store memory`;
    const sound = 'the ledger of production: records 1 to 11 are sound';

    beforeEach(async () => {
      await write(store, past);
      await snapshot();
    });

    it('says nothing where all are snapshots', async () => {
      assert.deepEqual(await lines(), [sound]);
    });

    it('names what is none, whatever its name, and takes nothing from the records', async () => {
      const place = (name: string, bytes: Buffer = Buffer.from('x')) =>
        store.objects.set(`ledger-snapshots/production/${name}`, bytes);
      const own = store.objects.get(snapshotName('production', 11))!;
      place('000000001.json');
      place('000000012.json', Buffer.from(own.toString().replace('"production"', '"staging"')));
      place('notes.txt', own);
      place('deeper/000000001.json', own);
      assert.deepEqual(await lines(), [
        sound,
        ...['000000001.json', '000000012.json', 'deeper/', 'notes.txt'].map(strange),
      ]);
      const { end, soundUpTo, findings } = await verifyChain(store, 'production', { keys });
      assert.deepEqual([end, soundUpTo, findings.length], [11, 11, 4]);
    });

    it('names one that a key has signed which is not trusted', async () => {
      const other = keysOf('x');
      const trusting = { own: other.own, trusted: [keys.own, other.own] };
      await write(store, [cutover(a)]);
      await snapshot(trusting);
      assert.deepEqual((await lines()).slice(1), [strange('000000012.json')]);
    });

    it('names one of a chain that is not there any more', async () => {
      store.objects.delete(entryName('production', 11));
      assert.deepEqual(await lines(), [
        'the ledger of production: records 1 to 10 are sound',
        strange('000000011.json'),
      ]);
    });

    it('takes one that a former key has signed for what it is', async () => {
      const head = { number: 11, hash: sha256(store.objects.get(entryName('production', 11))!) };
      const record = { kind: 'rekey', at: '2026-01-01T00:00:00Z', publicKey: keys.own.publicKey, upTo: head } as const;
      const current = keysOf('n');
      await write(store, [record], current);
      const { findings } = await verifyChain(store, 'production', { keys: current });
      assert.deepEqual(findings, []);
    });
  });

  it('tells of an end that was cut off, and refuses nothing', async () => {
    const head = await write(store, past);
    store.objects.delete(entryName('production', 11));
    const { end, soundUpTo, lines: told } = await verifyChain(store, 'production', { keys, head });
    assert.deepEqual([end, soundUpTo], [10, 10]);
    assert.equal(told[1], 'record 11: the ledger ends before it');
  });
});

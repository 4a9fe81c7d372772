import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import type { LedgerRecord } from '../../../releases/ledger';
import { acceptLoss } from '../../../store/ledger/accept-loss';
import { ChainReading, readChain } from '../../../store/ledger/chain';
import { signedText, type StoredRecord } from '../../../store/ledger/entry';
import { describeFinding } from '../../../store/ledger/finding';
import { entryName, snapshotName } from '../../../store/ledger/names';
import type { SnapshotSizes } from '../../../store/ledger/snapshot';
import { StoreTrouble } from '../../../store/trouble';
import { isLong } from '../../long';
import { anyRecord, everyDecision, timed } from '../../releases/any-ledger';
import { candidate, cutover, takenBack, verdict } from '../../releases/fixtures';
import { keys, keysOf, MemoryStore, write } from './fixtures';
import { a, b, checks, decided, past, takeBackAt } from './scenario';

/** A head that no chain has had, another one each time. */
const elsewhere = () => ({ number: 999, hash: randomBytes(32).toString('hex') });

/** Writes a snapshot of what is there. */
async function rest(store: MemoryStore, sizes?: SnapshotSizes): Promise<void> {
  await new ChainReading(store, 'production', { keys, ...(sizes && { sizes }) }).writeSnapshot(keys.own);
}

describe('snapshots of a chain', () => {
  let store: MemoryStore;
  const read = (whole = false) => readChain(store, 'production', { keys, whole });
  const snapshots = () => store.list('ledger-snapshots/production');

  beforeEach(() => {
    store = new MemoryStore();
  });

  it('come out the same as all records, for every decision, whatever is written, changed and removed around them', async () => {
    const step = fc.oneof(
      { weight: 12, arbitrary: anyRecord },
      { weight: 1, arbitrary: fc.constant('snapshot' as const) },
      { weight: 1, arbitrary: fc.constant('junk' as const) },
      { weight: 1, arbitrary: fc.constant('accepted' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        store.objects.clear();
        for (const each of timed(steps)) {
          if (each === 'snapshot') await rest(store, { recent: 2, chunk: 3 });
          else if (each === 'accepted') await acceptLoss(store, 'production', elsewhere(), { keys });
          else if (each === 'junk')
            store.objects.set(entryName('production', (await read()).head.number + 1), Buffer.from('x'));
          else if (each.environment === 'production') await write(store, [each]);
        }
        const [short, whole] = [await read(), await read(true)];
        assert.deepEqual(everyDecision(short.records), everyDecision(whole.records));
        assert.deepEqual(short.head, whole.head);
        assert.deepEqual(short.acceptedLosses, whole.acceptedLosses);
        assert.deepEqual(
          short.findings.map(({ kind }) => kind),
          whole.findings.map(({ kind }) => kind),
        );
      }),
      { numRuns: isLong ? 1_000 : 40 },
    );
  });

  describe('of a past', () => {
    beforeEach(async () => {
      await write(store, past);
      await rest(store);
    });

    it('spare the reading of what they hold', async () => {
      let reads = 0;
      const readAll = store.readAll.bind(store);
      store.readAll = async (...of) => {
        const found = await readAll(...of);
        reads += found.length;
        return found;
      };
      await write(store, [cutover(a)]);
      reads = 0;
      const chain = await read();
      assert.equal(reads, 1);
      assert.deepEqual(chain.from.number, past.length);
      assert.deepEqual(chain.past, [{ number: past.length + 1, record: cutover(a) }]);
      assert.equal(decided(chain, b).refusal?.kind, 'taken-back');
      reads = 0;
      assert.deepEqual(
        (await read(true)).past.map(({ record }) => record),
        [...past, cutover(a)],
      );
      assert.equal(reads, past.length + 1);
    });

    it('keep what they know when a record before their end is removed; all records read say what is missing', async () => {
      store.objects.delete(entryName('production', takeBackAt));
      const chain = await read();
      assert.equal(decided(chain, b).refusal?.kind, 'taken-back');
      assert.deepEqual((await read(true)).findings.map(describeFinding), [
        'record 6: it is missing: somebody has removed it',
      ]);
    });

    const name = snapshotName('production', past.length);
    const stranger = keysOf('s');
    const changed = (how: (content: Record<string, unknown>) => void, by = keys) => {
      const { signature, ...content } = JSON.parse(store.objects.get(name)!.toString()) as Record<string, unknown>;
      assert.equal(typeof signature, 'string');
      how(content);
      return Buffer.from(signedText(JSON.stringify(content), 'sluice snapshot 2\n', by.own));
    };
    const lie = (content: Record<string, unknown>) => (content['recent'] = [{ values: [], record: cutover(b) }]);
    const attacks: Record<string, () => Buffer> = {
      'is signed by a stranger': () =>
        changed((content) => lie(Object.assign(content, { key: stranger.own.id })), stranger),
      'names a trusted key and is signed by a stranger': () => changed(lie, stranger),
      'was changed': () => Buffer.from(store.objects.get(name)!.toString().replaceAll('refused', 'passed')),
      'is of another environment': () => changed((content) => (content['environment'] = 'staging')),
      'ends at another record': () => changed((content) => (content['end'] = { number: 3, hash: 'f'.repeat(64) })),
      'is none': () => Buffer.from('{}'),
    };
    for (const [how, make] of Object.entries(attacks)) {
      it(`are passed over for all records when one ${how}`, async () => {
        store.objects.set(name, make());
        const chain = await read();
        assert.equal(chain.from.number, 0);
        assert.deepEqual(chain.records, past);
      });
    }

    it('are passed over for an older one, or all records, when their end is not the one that is there', async () => {
      await write(store, [cutover(a), cutover(b)]);
      await rest(store);
      store.objects.delete(entryName('production', past.length + 2));
      const chain = await read();
      assert.equal(chain.from.number, past.length);
      assert.deepEqual(chain.past, [{ number: past.length + 1, record: cutover(a) }]);
    });

    it('are passed over when the record after their end follows another one', async () => {
      const end = entryName('production', past.length);
      const last = store.objects.get(end)!;
      store.objects.delete(end);
      store.objects.delete(name);
      await write(store, [verdict(b, checks, 'refused'), cutover(a)]);
      store.objects.set(end, last);
      await rest(store);
      const chain = await read();
      assert.match(chain.findings.map(describeFinding).join('\n'), /^record 11: the next record follows another one/);
    });

    it('are passed over when a long value of theirs is missing', async () => {
      for (const each of await store.list('values')) store.objects.delete(each);
      const chain = await read();
      assert.equal(chain.from.number, 0);
      assert.ok(chain.findings.some(({ kind }) => kind === 'value missing'));
    });

    it('are made anew of all records when what was lost is back', async () => {
      store.objects.delete(name);
      const lostName = entryName('production', 1);
      const first = store.objects.get(lostName)!;
      store.objects.delete(lostName);
      await rest(store);
      store.objects.set(lostName, first);
      assert.deepEqual((await read()).findings.map(describeFinding), [
        'record 1: it is missing: somebody has removed it',
      ]);
      await new ChainReading(store, 'production', { keys, whole: true }).writeSnapshot(keys.own);
      const chain = await read();
      assert.deepEqual([chain.from.number, chain.findings], [past.length, []]);
    });

    it('read long values a few at a time: each may be a file that is open', async () => {
      const reasons = Array.from({ length: 100 }, (_, index) => `${index} ${'why '.repeat(300)}`);
      const refused = (summary: string, index: number) => ({ ...takenBack(candidate(index.toString(36)), a), summary });
      await write(store, reasons.map(refused));
      await rest(store);
      let [now, most] = [0, 0];
      const slow = Object.create(store) as MemoryStore;
      slow.read = async (wanted) => {
        most = Math.max(most, (now += 1));
        await turn();
        now -= 1;
        return store.read(wanted);
      };
      const { from, records } = await readChain(slow, 'production', { keys });
      assert.equal(from.number, past.length + 100);
      assert.deepEqual(
        records.slice(-100).map((record) => 'summary' in record && record.summary),
        reasons,
      );
      assert.ok(most <= 16, `${most} at a time`);
    });

    it('keep what was found before their end', async () => {
      store.objects.set(entryName('production', 12), Buffer.from('x'));
      await write(store, [cutover(a)]);
      await rest(store);
      const chain = await read();
      assert.equal(chain.from.number, 13);
      assert.deepEqual(
        chain.findings.map(({ number, kind }) => [number, kind]),
        [[12, 'broken']],
      );
    });
  });

  it('are written when some records have come since the last, and the two newest stay', async () => {
    const some = (count: number): StoredRecord[] => Array.from({ length: count }, (): LedgerRecord => cutover(a));
    await write(store, some(50));
    assert.deepEqual(await snapshots(), []);
    for (const [count, expected] of [
      [1, [51]],
      [50, [51]],
      [1, [51, 102]],
      [51, [102, 153]],
    ] as const) {
      await write(store, some(count));
      assert.deepEqual(
        await snapshots(),
        expected.map((number) => snapshotName('production', number)),
      );
    }
    assert.equal((await read()).from.number, 153);
  });

  it('can wait: a record is written though no snapshot can be', async () => {
    const create = store.create.bind(store);
    store.create = (name, content) =>
      name.startsWith('ledger-snapshots/')
        ? Promise.reject(new StoreTrouble('full', 'make room'))
        : create(name, content);
    const head = await write(
      store,
      Array.from({ length: 201 }, () => cutover(a)),
    );
    assert.equal(head.number, 201);
  });
});

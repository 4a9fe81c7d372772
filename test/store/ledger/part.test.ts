import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import type { LedgerRecord } from '../../../releases/ledger';
import { lastBrokenSwitch } from '../../../releases/switches';
import type { Candidate } from '../../../releases/types';
import { acceptLoss } from '../../../store/ledger/accept-loss';
import { ChainReading, readChain, type ReadingOptions } from '../../../store/ledger/chain';
import { entryName } from '../../../store/ledger/names';
import { isLong } from '../../long';
import { anyRecord, besides, candidates, decisionsAbout, timed } from '../../releases/any-ledger';
import { candidate, cutover, retiredOf, rollback, switched, verdict, gate } from '../../releases/fixtures';
import { keys, MemoryStore, write } from './fixtures';

const options: ReadingOptions = { keys, sizes: { recent: 2, chunk: 3 } };

/** A head that no chain has had, another one each time. */
const elsewhere = () => ({ number: 999, hash: randomBytes(32).toString('hex') });

async function rest(store: MemoryStore): Promise<void> {
  await new ChainReading(store, 'production', options).writeSnapshot(keys.own);
}

describe('the part of a ledger that decisions about one candidate need', () => {
  let store: MemoryStore;

  beforeEach(() => {
    store = new MemoryStore();
  });

  for (const [how, sets] of Object.entries(besides)) {
    it(`decides as all records do, whatever is written, lost and summed up: ${how}`, async function () {
      this.timeout(600_000);
      const step = fc.oneof(
        { weight: 30, arbitrary: anyRecord },
        { weight: 5, arbitrary: fc.constant('snapshot' as const) },
        { weight: 1, arbitrary: fc.constant('junk' as const) },
        { weight: 1, arbitrary: fc.constant('accepted' as const) },
      );
      let parts = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
          store.objects.clear();
          for (const each of timed(steps)) {
            if (each === 'snapshot') await rest(store);
            else if (each === 'accepted') await acceptLoss(store, 'production', elsewhere(), { keys });
            else if (each === 'junk') {
              const { head } = await readChain(store, 'production', options);
              store.objects.set(entryName('production', head.number + 1), Buffer.from('x'));
            } else if (each.environment === 'production') await write(store, [each]);
          }
          const whole = await readChain(store, 'production', { ...options, whole: true });
          for (const of of candidates) {
            const part = await readChain(store, 'production', options, { candidates: [of], releases: [sets(of)] });
            if (part.records.length < whole.records.length) parts += 1;
            assert.deepEqual(decisionsAbout(part.records, of, sets), decisionsAbout(whole.records, of, sets));
          }
        }),
        { numRuns: isLong ? 2_000 : 25 },
      );
      assert.ok(parts > 10, `only ${parts} parts were less than the whole`);
    });
  }

  it('knows the last switch that was broken off, though what came after it is in a later snapshot', async () => {
    const sizes = { recent: 1, chunk: 1 };
    const sum = () => new ChainReading(store, 'production', { keys, sizes }).writeSnapshot(keys.own);
    const [a, b] = [candidate('a'), candidate('b')];
    const brokenOff = switched(a, null, '2026-01-01T00:00:07Z');
    await write(store, [brokenOff, switched(b, null)]);
    await sum();
    await write(store, [cutover(b)]);
    await sum();
    const { records } = await readChain(store, 'production', { keys }, { candidates: [] });
    assert.equal(lastBrokenSwitch(records, 'production'), brokenOff.at);
  });

  describe('of a long one', function () {
    this.timeout(300_000);
    const nth = (n: number): Candidate => ({
      discounts: { ...candidate('a')['discounts']!, digest: `sha256:${String(n).padStart(64, '0')}` },
      frontend: { ...candidate('f')['discounts']!, service: 'frontend' },
    });
    const deployments = Array.from({ length: 1_000 }, (_, n): LedgerRecord[] => [
      verdict(nth(n), gate('/'), 'passed'),
      switched(nth(n), n === 0 ? null : nth(n - 1)),
      cutover(nth(n)),
      ...(n < 10 ? [] : [retiredOf(nth(n - 10))]),
    ]).flat();
    let long: Map<string, Buffer>;

    before(async () => {
      store = new MemoryStore();
      await write(store, deployments);
      long = store.objects;
    });

    beforeEach(() => {
      for (const [name, content] of long) store.objects.set(name, content);
    });

    /** The chunks that reading this part has read. */
    const chunksRead = async (of: Candidate): Promise<{ chunks: number; records: readonly LedgerRecord[] }> => {
      const seen: string[] = [];
      const watched = Object.create(store) as MemoryStore;
      watched.read = (name) => {
        seen.push(name);
        return store.read(name);
      };
      const { records } = await readChain(watched, 'production', { keys }, { candidates: [of] });
      return { chunks: seen.filter((name) => name.startsWith('values/')).length, records };
    };

    it('is in no chunk when it is new, and in one or two when it is old', async () => {
      const { chunks, records } = await chunksRead(nth(2_000));
      assert.equal(chunks, 0);
      assert.ok(records.length < 400, String(records.length));
      const old = await chunksRead(nth(300));
      // Its end may lie in the next.
      assert.ok(old.chunks === 1 || old.chunks === 2, String(old.chunks));
      const about = old.records.filter(
        ({ candidate: { discounts } }) => discounts!.digest === nth(300)['discounts']!.digest,
      );
      assert.deepEqual(about, [verdict(nth(300), gate('/'), 'passed'), cutover(nth(300)), retiredOf(nth(300))]);
    });

    it('grows by what comes alone: chunks that are there stay', async () => {
      const values = async () => store.list('values');
      const before = await values();
      await write(
        store,
        Array.from({ length: 300 }, (_, n) => cutover(nth(3_000 + n))),
      );
      const added = (await values()).filter((name) => !before.includes(name));
      assert.ok(added.length >= 1 && added.length <= 5, String(added.length));
      assert.ok(before.every((name) => store.objects.has(name)));
    });

    it('is all of it once a chunk is lost that is needed, or a record after it', async () => {
      const { head } = await readChain(store, 'production', { keys });
      store.objects.set(entryName('production', head.number + 1), Buffer.from('x'));
      await write(store, [rollback(nth(300), nth(999))]);
      const chain = await readChain(store, 'production', { keys }, { candidates: [] });
      assert.equal(chain.allFrom, undefined);
      assert.ok(chain.records.length > 1_900);
      store.objects.delete(entryName('production', head.number + 1));
      for (const name of await store.list('values')) store.objects.delete(name);
      const { from } = await readChain(store, 'production', { keys }, { candidates: [nth(300)] });
      assert.equal(from.number, 0);
    });
  });
});

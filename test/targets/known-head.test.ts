import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import type { LedgerRecord } from '../../releases/ledger';
import { ChainReading } from '../../store/ledger/chain';
import type { KnownHead } from '../../store/ledger/entry';
import { entryName } from '../../store/ledger/names';
import {
  acceptLostEnd,
  appendRecord,
  chainOf,
  chainReader,
  lastRecords,
  ledgerReader,
  lostEndOf,
  readAbout,
  readingOf,
  readLedger,
} from '../../targets/ledger';
import type { LedgerPlace } from '../../targets/place';
import { assertTold } from '../errors/told';
import { candidate, cutover, gate, unhealthy, verdict } from '../releases/fixtures';
import { storeHome } from './store-home';

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
const nothingElse = { candidates: [] };

/** All ways to read a ledger; a reader is asked twice, and looks at the store only once. */
const ways: Record<string, (place: LedgerPlace) => Promise<unknown>> = {
  'all of it': readLedger,
  'what is needed about a candidate': (place) => readAbout(place, { candidates: [a] }),
  'its last records': (place) => lastRecords(place, 1),
  'all of it, by a reader': (place) => ledgerReader()(place),
  'what is needed about a candidate, by a reader': (place) => ledgerReader()(place, nothingElse),
  'what a reader has read before': async (place) => {
    const read = ledgerReader();
    await read(place, nothingElse).catch(() => undefined);
    return read(place, { candidates: [a] }, false);
  },
  'its chain, by a reader': (place) => chainReader()(place, nothingElse),
};

describe('the head that an environment’s state knows', () => {
  const home = storeHome();
  const past: LedgerRecord[] = [
    ...[cutover(a), verdict(b, gate('/'), 'passed'), cutover(b), unhealthy(a), cutover(a)],
    ...[verdict(c, gate('/'), 'passed'), cutover(b), unhealthy(c)],
  ];
  let head: KnownHead;
  const place = (known: KnownHead): LedgerPlace => ({ ...home.place('production'), head: known });
  const remove = (number: number) => home.store.remove(entryName('production', number));

  beforeEach(async () => {
    await home.put('production', ...past);
    const sizes = { recent: 1, chunk: 2 };
    const options = readingOf(home.place('production'));
    await new ChainReading(home.store, 'production', { ...options, sizes }).writeSnapshot(options.keys.own!);
    head = await appendRecord(home.place('production'), cutover(a));
    const { allFrom } = await chainOf(home.place('production'), nothingElse);
    assert.ok(allFrom !== undefined, 'the snapshot has parts');
  });

  for (const [what, read] of Object.entries(ways)) {
    describe(`when ${what} is read`, () => {
      const isRefused = (known: KnownHead) =>
        assert.rejects(read(place(known)), (error: unknown) => {
          assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
          assertTold('lostRecords', error);
          return true;
        });

      it('lets its own ledger through', async () => {
        await read(place(head));
        await appendRecord(place(head), cutover(b));
        await read(place(head));
      });

      it('refuses one that ends before it', async () => {
        await remove(head.number);
        await isRefused(head);
      });

      it('refuses one that has another record there, in a snapshot or after it', async () => {
        await isRefused({ ...head, hash: '0'.repeat(64) });
        await isRefused({ number: 3, hash: '0'.repeat(64) });
      });

      it('lets one through whose loss somebody has accepted, and no higher one', async () => {
        await remove(head.number);
        const next = await acceptLostEnd(place(head), await lostEndOf(place(head)), 'ann@laptop');
        assert.equal(next.losses, 1);
        await read(place(head));
        await read(place(next));
        await isRefused({ ...head, number: head.number + 1 });
      });
    });
  }

  it('refuses a ledger that a reader knows, and whose end went since', async () => {
    const read = ledgerReader();
    await read(place(head), nothingElse);
    await remove(head.number);
    await assert.rejects(read(place(head), nothingElse, false), UserError);
  });

  it('takes with an accepted loss what was said in favour before, in each part, from a snapshot, too', async () => {
    const passes = async () => {
      const about = { candidates: [c] };
      const parts = [
        await readAbout(place(head), about),
        await ledgerReader()(place(head), about),
        await readLedger(place(head)),
      ];
      return parts.map((records) => records.filter(({ kind }) => kind === 'verdict').length > 0);
    };
    assert.deepEqual(await passes(), [true, true, true]);
    await remove(head.number);
    await acceptLostEnd(place(head), await lostEndOf(place(head)), 'ann@laptop');
    assert.deepEqual(await passes(), [false, false, false]);
    const options = readingOf(place(head));
    await new ChainReading(home.store, 'production', options).writeSnapshot(options.keys.own!);
    assert.deepEqual(await passes(), [false, false, false]);
  });
});

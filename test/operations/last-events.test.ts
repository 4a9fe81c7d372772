import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { lastEvents } from '../../operations/last-events';
import { history } from '../../releases/history';
import type { LedgerRecord } from '../../releases/ledger';
import { anyRecord, timed } from '../releases/any-ledger';
import { candidate, cutover, switched } from '../releases/fixtures';

/** The last records of these, and how many were asked for at the most. */
function source(records: readonly LedgerRecord[]) {
  const asked: number[] = [];
  const read = (count: number) => {
    asked.push(count);
    const from = Math.max(0, records.length - count);
    const past = records.slice(from).map((record, index) => ({ number: from + index + 1, record }));
    return Promise.resolve({ past, isAll: from === 0, findings: [] });
  };
  return { asked, read };
}

describe('the newest events of an environment', () => {
  it('are those that all of its records tell of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRecord, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), async (any, wanted) => {
        const records = timed(any).filter(({ environment }) => environment === 'production');
        const all = history(records, 'production');
        const { events, isAll } = await lastEvents(source(records).read, 'production', wanted);
        assert.deepEqual(events, all.slice(all.length - events.length));
        assert.ok(isAll ? events.length === all.length : events.length >= wanted);
      }),
      { numRuns: 500 },
    );
  });

  it('are told by the last records alone', async () => {
    const [a, b] = [candidate('a'), candidate('b')];
    const records = Array.from({ length: 1_000 }, () => [switched(a, b), cutover(a)]).flat();
    const { asked, read } = source(records);
    const { events, isAll } = await lastEvents(read, 'production', 20);
    assert.deepEqual([isAll, asked], [false, [80]]);
    assert.ok(events.length >= 20);
    assert.deepEqual((await lastEvents(read, 'production', Infinity)).events.length, 1_000);
  });
});

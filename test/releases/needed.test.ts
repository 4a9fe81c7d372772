import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { LedgerRecord } from '../../releases/ledger';
import { countedOf, lost } from '../../releases/lost-records';
import { needed } from '../../releases/needed';
import { isLong } from '../long';
import { anyRecord, everyDecision, timed } from './any-ledger';
import { candidate, cutover, gate, switched, verdict } from './fixtures';

const withLosses = fc.array(
  fc.oneof({ weight: 12, arbitrary: anyRecord }, { weight: 1, arbitrary: fc.constant(lost) }),
  {
    maxLength: 24,
  },
);

describe('needed', () => {
  it('is a part of the records, in their order', () => {
    fc.assert(
      fc.property(fc.array(anyRecord), (records) => {
        const kept = new Set(needed(records));
        assert.deepEqual(
          [...kept],
          records.filter((record) => kept.has(record)),
        );
      }),
    );
  });

  it('leaves every decision as it is, whatever comes after it, and whatever is lost before and then', () => {
    fc.assert(
      fc.property(withLosses, withLosses, (before, after) => {
        const all = countedOf(timed(before));
        const tail = timed(after, before.length);
        const ofAll = everyDecision(countedOf([...all, ...tail]));
        const ofNeeded = everyDecision(countedOf([...needed(all), ...tail]));
        assert.deepEqual(ofNeeded, ofAll);
      }),
      { numRuns: isLong ? 5_000 : 250 },
    );
  });

  it('leaves out what was said again, and how switches ended long ago', () => {
    const [a, b] = [candidate('a'), candidate('b')];
    const records: LedgerRecord[] = Array.from({ length: 50 }, () => [
      verdict(a, gate('/'), 'unknown'),
      verdict(b, gate('/'), 'refused'),
      switched(a, b),
    ]).flat();
    records.push(switched(a, b), cutover(a));
    assert.ok(needed(records).length <= 6, String(needed(records).length));
  });
});

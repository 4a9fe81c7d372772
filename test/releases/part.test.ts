import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { needed } from '../../releases/needed';
import { landmarks } from '../../releases/part';
import { lastBrokenSwitch } from '../../releases/switches';
import { isLong } from '../long';
import { anyRecord, besides, candidates, decisionsAbout, timed } from './any-ledger';
import { cutover, switched, takenBack } from './fixtures';
import { part } from './part';

describe('the part of a ledger that decisions about a candidate need', () => {
  for (const [how, sets] of Object.entries(besides)) {
    it(`decides as all of it does: ${how}`, function () {
      this.timeout(600_000);
      const records = fc
        .array(anyRecord, { maxLength: 30 })
        .map((any) => timed(any).filter(({ environment }) => environment === 'production'));
      let parts = 0;
      fc.assert(
        fc.property(records, fc.nat(30), fc.nat(30), fc.constantFrom(...candidates), (any, ends, comes, of) => {
          // As snapshots do: of what came after older records, what is needed stays, and then comes more.
          const [older, between, tail] = [any.slice(0, ends), any.slice(ends, ends + comes), any.slice(ends + comes)];
          const marks = landmarks(older);
          const stays = needed([...marks, ...between]).filter((record) => between.includes(record));
          const found = part(older, [...stays, ...tail], { candidates: [of], releases: [sets(of)] });
          if (found.length < any.length) parts += 1;
          assert.deepEqual(decisionsAbout(found, of, sets), decisionsAbout(any, of, sets));
        }),
        { numRuns: isLong ? 20_000 : 400 },
      );
      assert.ok(parts > 100, `only ${parts} parts were less than the whole`);
    });
  }

  it('has of landmarks what those of more records have', () => {
    const records = fc
      .array(anyRecord, { maxLength: 30 })
      .map((any) => timed(any).filter(({ environment }) => environment === 'production'));
    fc.assert(
      fc.property(records, fc.nat(30), (any, ends) => {
        const [older, next] = [any.slice(0, ends), any.slice(ends)];
        assert.deepEqual(landmarks([...landmarks(older), ...next]), landmarks(any));
      }),
      { numRuns: 300 },
    );
  });

  it('knows the last switch that was broken off, though what came after it stayed', () => {
    const [a, b] = [candidates[0]!, candidates[1]!];
    const records = timed<never>([switched(a, b), switched(a, b), cutover(b), takenBack(a, b), cutover(a)]);
    const found = part(records, [], { candidates: [a] });
    assert.equal(lastBrokenSwitch(found, 'production'), records[0]!.at);
  });

  it('has few landmarks, however much was deployed', () => {
    const [a, b] = [candidates[0]!, candidates[1]!];
    const records = Array.from({ length: 500 }, () => [switched(a, b), cutover(a), switched(b, a), cutover(b)]).flat();
    assert.deepEqual(landmarks(records), records.slice(-1));
  });
});

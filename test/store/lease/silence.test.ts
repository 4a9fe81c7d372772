import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { Silence } from '../../../store/lease/silence';
import { leaseTimes } from '../../../store/lease/times';

describe('the silence that a waiter has watched', () => {
  it('begins when the first look ends, and counts to the beginning of the last', () => {
    const silence = new Silence({ beat: 5000 });
    assert.equal(silence.see(1, 0, 400), 0);
    assert.equal(silence.see(1, 1000, 1900), 600);
    assert.equal(silence.see(1, 2000, 2100), 1600);
  });

  it('begins anew with each record', () => {
    const silence = new Silence({ beat: 5000 });
    silence.see(1, 0, 0);
    assert.equal(silence.see(1, 4000, 4000), 4000);
    assert.equal(silence.see(2, 5000, 5000), 0);
    assert.equal(silence.see(2, 6000, 6000), 1000);
  });

  it('does not count while the waiter itself was suspended', () => {
    const silence = new Silence({ beat: 5000 });
    silence.see(1, 0, 0);
    assert.equal(silence.see(1, 600_000, 600_000), 5000);
    assert.equal(silence.see(1, 601_000, 601_000), 6000);
  });

  it('is never longer than the time since the record was first seen', () => {
    const looks = fc.array(fc.record({ number: fc.nat(2), rest: fc.nat(9000), takes: fc.nat(3000) }), { minLength: 1 });
    fc.assert(
      fc.property(looks, (all) => {
        const silence = new Silence({ beat: 5000 });
        let now = 0;
        let seen: { number: number; at: number } | undefined;
        for (const { number, rest, takes } of all) {
          const began = now + rest;
          now = began + takes;
          const quiet = silence.see(number, began, now);
          if (seen?.number !== number) seen = { number, at: now };
          assert.ok(quiet <= Math.max(0, began - seen.at));
        }
      }),
    );
  });

  it('is longer than a holder without a store goes on, with room for a try that was under way', () => {
    const { beat, look, patience, silence } = leaseTimes;
    assert.ok(patience + beat + 2 * look < silence);
  });
});

import assert from 'node:assert/strict';
import { decide } from '../../releases/decision';
import type { LedgerRecord } from '../../releases/ledger';
import { again, candidate, cutover, gate, releasesOf, rollback, takenBack, unhealthy, verdict } from './fixtures';

const a = candidate('a');
const b = candidate('b');
const g1 = gate('/');
const g2 = gate('/health');
const now = new Date('2026-01-02T00:00:00Z');
const decideWith = (records: LedgerRecord[], offer: typeof a | undefined, by = g1) =>
  decide({ environment: 'production', offer, gate: by, records, releasesOf, now });

describe('decide', () => {
  it('takes what is offered when the ledger knows nothing of it', () => {
    assert.deepEqual(decideWith([], a), { take: { candidate: a, gate: g1 } });
  });

  it('takes what is offered when it passed, or when it could not be told', () => {
    assert.deepEqual(decideWith([verdict(a, g1, 'passed')], a), { take: { candidate: a, gate: g1 } });
    assert.deepEqual(decideWith([verdict(a, g1, 'unknown')], a), { take: { candidate: a, gate: g1 } });
  });

  it('keeps the last promoted candidate, under the gate it passed, while the offered one stands refused', () => {
    const refused = verdict(b, g2, 'refused');
    assert.deepEqual(decideWith([verdict(a, g1, 'passed'), cutover(a), refused], b, g2), {
      take: { candidate: a, gate: g1 },
      refusal: refused,
    });
  });

  it('only puts right what it was last switched to, while something of that does not run', () => {
    const past = [verdict(a, g1, 'passed'), cutover(a)];
    const repairing = (records: LedgerRecord[]) =>
      decide({ environment: 'production', offer: b, gate: g1, records, releasesOf, now, repair: true });
    assert.deepEqual(repairing(past), { take: { candidate: a, gate: g1 } });
    assert.deepEqual(repairing([...past, cutover(b), rollback(a, b)]), { take: { candidate: b } });
    assert.deepEqual(repairing([]), { take: { candidate: b, gate: g1 } });
  });

  it('takes nothing when the first candidate ever stands refused', () => {
    const refused = verdict(b, g1, 'refused');
    assert.deepEqual(decideWith([refused], b), { take: undefined, refusal: refused });
  });

  it('asks again when the gate has changed since the refusal', () => {
    assert.deepEqual(decideWith([verdict(b, g1, 'refused')], b, g2), { take: { candidate: b, gate: g2 } });
  });

  it('keeps to the newest verdict on the same candidate and gate', () => {
    const records = [verdict(b, g1, 'refused'), verdict(b, g1, 'passed', '2026-01-02T00:00:00Z')];
    assert.deepEqual(decideWith(records, b), { take: { candidate: b, gate: g1 } });
  });

  it('does not take a pass of another environment for its own', () => {
    const refused = verdict(b, g1, 'refused');
    const elsewhere = { ...verdict(b, g1, 'passed', '2026-01-02T00:00:00Z'), environment: 'pilot' };
    assert.deepEqual(decideWith([refused, elsewhere], b).refusal, refused);
  });

  it('does not fall back to what was only tested', () => {
    assert.equal(decideWith([verdict(a, g1, 'passed'), verdict(b, g1, 'refused')], b).take, undefined);
  });

  it('keeps what an environment was switched to before it had a gate, whatever this says of others', () => {
    const refused = verdict(b, g1, 'refused');
    assert.deepEqual(decideWith([cutover(a)], undefined), { take: { candidate: a } });
    assert.deepEqual(decideWith([cutover(a), refused], b), { take: { candidate: a }, refusal: refused });
    assert.deepEqual(decideWith([cutover(a)], b), { take: { candidate: b, gate: g1 } });
    assert.equal(decideWith([cutover(a, 'staging')], undefined).take, undefined);
  });

  it('keeps what it runs while upstream offers nothing', () => {
    assert.deepEqual(decideWith([verdict(a, g1, 'passed'), cutover(a)], undefined), {
      take: { candidate: a, gate: g1 },
    });
    assert.deepEqual(decideWith([], undefined), { take: undefined });
  });

  describe('after a release was taken back', () => {
    const passed = [verdict(a, g1, 'passed'), cutover(a), verdict(b, g1, 'passed')];
    const back = takenBack(b, a);

    it('keeps what serves, whoever asks again', () => {
      assert.deepEqual(decideWith([...passed, back], b), { take: { candidate: a, gate: g1 }, refusal: back });
    });

    it('does not keep it out where another environment has taken it back', () => {
      const elsewhere = { ...back, environment: 'staging' };
      assert.deepEqual(decideWith([...passed, elsewhere], b), { take: { candidate: b, gate: g1 } });
      const inBoth = decideWith(
        [...passed, cutover(b), rollback(a, b), { ...takenBack(a, b), environment: 'staging' }],
        b,
      );
      assert.equal(inBoth.rollback?.candidate, a);
    });

    it('tries other settings of the same images', () => {
      const other = { ...back, releases: { discounts: 'discounts-other:8080' } };
      assert.deepEqual(decideWith([...passed, other], b), { take: { candidate: b, gate: g1 } });
    });

    it('tries it once more when somebody wants that', () => {
      assert.deepEqual(decideWith([...passed, back, again(b)], b), { take: { candidate: b, gate: g1 } });
      assert.equal(decideWith([...passed, again(b), back], b).refusal, back);
      assert.equal(decideWith([...passed, back, again(a)], b).refusal, back);
    });

    it('goes on with it when it has stayed since', () => {
      assert.deepEqual(decideWith([...passed, back, again(b), cutover(b)], b), { take: { candidate: b, gate: g1 } });
    });

    it('goes on with it when it has stayed since, there and no other, although something else serves now', () => {
      const taken = decideWith([...passed, back, cutover(b), cutover(a)], b);
      // It is no refusal any more, but it is older than what runs.
      assert.deepEqual(taken, { take: { candidate: a, gate: g1 }, older: b });
      for (const since of [cutover(candidate('c')), cutover(b, 'staging')]) {
        assert.equal(decideWith([...passed, back, since], b).refusal, back);
      }
    });

    it('keeps it out although it had stayed before', () => {
      const records = [...passed, cutover(b), cutover(a), back];
      assert.deepEqual(decideWith(records, b), { take: { candidate: a, gate: g1 }, refusal: back });
    });

    it('keeps it out when the ledger does not tell what serves', () => {
      assert.deepEqual(decideWith([verdict(b, g1, 'passed'), back], b), { take: undefined, refusal: back });
    });

    it('tries bad settings of what serves again: there is no other release to keep', () => {
      assert.deepEqual(decideWith([...passed, cutover(b), takenBack(b, b)], b), { take: { candidate: b, gate: g1 } });
    });

    it('does so without a gate as well', () => {
      assert.deepEqual(
        decide({
          environment: 'production',
          offer: b,
          gate: undefined,
          records: [cutover(a), back],
          releasesOf,
          now,
        }),
        { take: { candidate: a }, refusal: back },
      );
    });
  });

  describe('after a release did not become healthy', () => {
    const ill = unhealthy(b);
    const decideHere = (records: LedgerRecord[], inPlace: boolean, offer = b) =>
      decide({ environment: 'production', offer, gate: undefined, records, releasesOf, inPlace, now });

    it('tries it again by itself where it starts beside what serves', () => {
      assert.deepEqual(decideHere([cutover(a), ill], false), { take: { candidate: b } });
      assert.deepEqual(decideWith([cutover(a), ill], b), { take: { candidate: b, gate: g1 } });
    });

    it('keeps what serves where it would take its place: each try interrupts that', () => {
      assert.deepEqual(decideHere([cutover(a), ill], true), { take: { candidate: a }, refusal: ill });
      assert.deepEqual(decideHere([ill], true), { take: undefined, refusal: ill });
    });

    it('tries it once more when somebody wants that, and no more when that fails', () => {
      assert.deepEqual(decideHere([cutover(a), ill, again(b)], true), { take: { candidate: b } });
      const [first, second] = [unhealthy(b), unhealthy(b)];
      assert.equal(decideHere([cutover(a), first, again(b), second], true).refusal, second);
    });

    it('takes the next one, other settings, and what has been healthy since', () => {
      const c = candidate('c');
      assert.deepEqual(decideHere([cutover(a), ill], true, c), { take: { candidate: c } });
      const other = { ...ill, releases: { discounts: 'discounts-other:8080' } };
      assert.deepEqual(decideHere([cutover(a), other], true), { take: { candidate: b } });
      assert.deepEqual(decideHere([cutover(a), ill, again(b), cutover(b)], true), { take: { candidate: b } });
    });

    it('ends a rollback to it', () => {
      const said = rollback(b, a);
      const records = [cutover(b), cutover(a), said];
      assert.deepEqual(decideHere(records, true, a).rollback, said);
      assert.deepEqual(decideHere([...records, unhealthy(b)], true, a), { take: { candidate: a } });
      assert.deepEqual(decideHere([...records, unhealthy(b)], false, a).rollback, said);
    });
  });

  it('keeps what a rollback has come to, under the gate that it passed, whatever the gate is by now', () => {
    const said = rollback(a, b);
    const past = [verdict(a, g1, 'passed'), cutover(a), verdict(b, g1, 'passed'), cutover(b), said];
    assert.deepEqual(decideWith([...past, cutover(a)], b, g2), { take: { candidate: a, gate: g1 }, rollback: said });
    // On the way there it needs the pass of now.
    assert.deepEqual(decideWith(past, b, g2), { take: { candidate: a, gate: g2 }, rollback: said });
  });

  describe('after a rollback', () => {
    const passed = [verdict(a, g1, 'passed'), cutover(a), verdict(b, g1, 'passed'), cutover(b)];
    const said = rollback(a, b);

    it('takes what it was rolled back to, through the gate of now', () => {
      assert.deepEqual(decideWith([...passed, said], b, g2), { take: { candidate: a, gate: g2 }, rollback: said });
    });

    it('knows what was offered by its images', () => {
      const over = rollback(a, { discounts: { ...candidate('b')['discounts']!, revision: '' } });
      assert.deepEqual(decideWith([...passed, over], b), { take: { candidate: a, gate: g1 }, rollback: over });
    });

    it('goes to what was taken back before, if somebody says so', () => {
      const records = [...passed, takenBack(a, b), said];
      assert.deepEqual(decideWith(records, b), { take: { candidate: a, gate: g1 }, rollback: said });
    });

    it('takes the next release as if nothing had happened', () => {
      const c = candidate('c');
      assert.deepEqual(decideWith([...passed, said], c), { take: { candidate: c, gate: g1 } });
    });

    it('holds while nothing is offered, if nothing was then', () => {
      const idle = rollback(a, null);
      assert.deepEqual(decideWith([...passed, idle], undefined), {
        take: { candidate: a, gate: g1 },
        rollback: idle,
      });
      assert.equal(decideWith([...passed, again(b), idle], undefined).rollback, idle);
      assert.deepEqual(decideWith([...passed, idle], b), { take: { candidate: b, gate: g1 } });
      assert.deepEqual(decideWith([...passed, said], undefined), { take: { candidate: b, gate: g1 } });
    });

    it('ends when somebody wants what is offered, and when the watch takes it back', () => {
      assert.deepEqual(decideWith([...passed, said, again(b)], b), { take: { candidate: b, gate: g1 } });
      assert.deepEqual(decideWith([...passed, said, takenBack(a, b)], b), { take: { candidate: b, gate: g1 } });
    });
  });
});

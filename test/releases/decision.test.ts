import assert from 'node:assert/strict';
import { decide } from '../../releases/decision';
import type { LedgerRecord } from '../../releases/ledger';
import {
  adopted,
  again,
  candidate,
  cutover,
  gate,
  releasesOf,
  rollback,
  takenBack,
  tested,
  unhealthy,
  verdict,
} from './fixtures';

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

  describe('AgainAfterRefusal: somebody wants tested again what the gate has refused', () => {
    const refused = verdict(b, g1, 'refused');
    const runs = [verdict(a, g1, 'passed'), cutover(a)];
    const wantedAt = again(b).at;

    it('has it tested, and keeps what runs meanwhile', () => {
      assert.deepEqual(decideWith([...runs, refused, again(b)], b), {
        take: { candidate: a, gate: g1 },
        retest: { candidate: b, gate: g1, wantedAt },
      });
      const upstream = { name: 'staging', digests: { discounts: 'b' } };
      const asked = decide({
        ...{ environment: 'production', offer: b, gate: g1, records: [...runs, refused, again(b)] },
        ...{ releasesOf, now, upstream },
      });
      assert.deepEqual(asked.retest, { candidate: b, gate: g1, upstream, wantedAt });
    });

    it('takes it once it has passed, and keeps it out once it was refused again', () => {
      const [passed, once] = [verdict(b, g1, 'passed'), verdict(b, g1, 'refused')];
      assert.deepEqual(decideWith([...runs, refused, again(b), passed], b), { take: { candidate: b, gate: g1 } });
      assert.equal(decideWith([...runs, refused, again(b), once], b).refusal, once);
      assert.equal(decideWith([...runs, refused, again(a)], b).refusal, refused);
      assert.equal(decideWith([...runs, again(b), refused], b).refusal, refused);
    });

    it('leaves it to the gate where nothing runs', () => {
      assert.deepEqual(decideWith([refused, again(b)], b), { take: { candidate: b, gate: g1 } });
    });

    it('is people’s turn once its checks have passed', () => {
      const asking = { ...g1, approval: { expiresHours: 72, approvers: [] } };
      const records = [...runs, verdict(b, asking, 'refused'), again(b)];
      assert.deepEqual(decideWith(records, b, asking).retest?.gate, asking);
      const since = decideWith([...records, tested(b, asking)], b, asking);
      assert.deepEqual([since.retest, since.pendingApproval?.candidate], [undefined, b]);
    });

    it('tests what runs by a gate that has refused it', () => {
      const records = [...runs, verdict(a, g2, 'refused'), again(a)];
      assert.deepEqual(decideWith(records, a, g2), {
        take: { candidate: a, gate: g1 },
        retest: { candidate: a, gate: g2, wantedAt },
      });
    });
  });

  describe('UpstreamRolledBack: what is offered has run here before', () => {
    const c = candidate('c');
    const passed = [verdict(b, g1, 'passed'), cutover(b), verdict(c, g1, 'passed'), cutover(c)];
    const asking = { ...g1, approval: { expiresHours: 72, approvers: [] } };

    it('is not taken by itself, whether people are asked or not', () => {
      assert.deepEqual(decideWith(passed, b), { take: { candidate: c, gate: g1 }, older: b });
      assert.deepEqual(decideWith(passed, b, asking), { take: { candidate: c, gate: g1 }, older: b });
      const channel = { environment: 'production', gate: undefined, records: passed, releasesOf, now };
      assert.deepEqual(decide({ ...channel, offer: b }), { take: { candidate: c }, older: b });
    });

    it('is taken when somebody wants that, until something else is taken', () => {
      assert.deepEqual(decideWith([...passed, again(b)], b), { take: { candidate: b, gate: g1 } });
      assert.deepEqual(decideWith([...passed, again(b), cutover(b), cutover(c)], b).older, b);
    });

    it('is news where something else of it is', () => {
      const two = (x: string, y: string) => ({
        ...candidate(x),
        other: { ...candidate(y)['discounts']!, service: 'other' },
      });
      const records = [cutover(two('b', 'b')), cutover(two('c', 'b'))];
      assert.deepEqual(decideWith(records, two('b', 'b')).older, two('b', 'b'));
      assert.deepEqual(decideWith(records, two('b', 'c')), { take: { candidate: two('b', 'c'), gate: g1 } });
      assert.deepEqual(decideWith([], b), { take: { candidate: b, gate: g1 } });
    });

    it('is what somebody wants who has just built it', () => {
      const channel = { environment: 'production', gate: undefined, records: passed, releasesOf, now };
      assert.deepEqual(decide({ ...channel, offer: b, built: ['discounts'] }), { take: { candidate: b } });
      assert.deepEqual(decide({ ...channel, offer: b, built: ['other'] }).older, b);
    });

    it('still stands refused, if it does', () => {
      const refused = verdict(b, g2, 'refused');
      assert.equal(decideWith([...passed, refused], b, g2).refusal, refused);
    });
  });

  describe('with a pass that was won against another upstream', () => {
    const onDev = { ...verdict(b, g1, 'passed'), upstream: 'dev' };
    const behind = (records: LedgerRecord[], offer: typeof a | undefined, by = g1) =>
      decide({
        ...{ environment: 'production', offer, gate: by, records, releasesOf, now },
        upstream: { name: 'staging' },
      });
    const staging = { name: 'staging' };

    it('OtherUpstreamsPass: is for the gate of now to ask', () => {
      assert.deepEqual(behind([onDev], b), { take: { candidate: b, gate: g1, upstream: staging } });
      const asking = { ...g1, approval: { expiresHours: 72, approvers: [] } };
      const passed = { ...onDev, gate: asking };
      assert.equal(behind([passed], b, asking).pendingApproval?.testResult, undefined);
      const here = { ...passed, upstream: 'staging' };
      assert.equal(behind([here], b, asking).pendingApproval, undefined);
    });

    it('does not stand refused because of another upstream', () => {
      const refused = verdict(b, g1, 'refused');
      assert.equal(behind([refused], b).refusal, refused);
      assert.equal(behind([{ ...refused, upstream: 'dev' }], b).refusal, undefined);
    });

    it('keeps and goes back to what it ran by that pass: nothing is tested once more', () => {
      const refused = verdict(a, g1, 'refused');
      const dev = { name: 'dev' };
      assert.deepEqual(behind([onDev, cutover(b), refused], a).take, { candidate: b, gate: g1, upstream: dev });
      assert.deepEqual(behind([onDev, cutover(b), cutover(a), rollback(b, a)], a).take, {
        candidate: b,
        gate: g1,
        upstream: dev,
      });
      // By the pass of its checks, where people were asked besides.
      const checked = { ...tested(b, g1), upstream: 'dev' };
      assert.deepEqual(behind([checked, cutover(b), cutover(a), rollback(b, a)], a).take, {
        candidate: b,
        gate: g1,
        upstream: dev,
      });
      // What nothing has tested is tested on the way back.
      assert.deepEqual(behind([cutover(b), cutover(a), rollback(b, a)], a).take, {
        candidate: b,
        gate: g1,
        upstream: staging,
      });
      assert.deepEqual(behind([cutover(b), refused], a).take, { candidate: b });
      assert.deepEqual(behind([adopted(b), refused], a).take, { candidate: b, gate: g1, upstream: staging });
    });
  });

  describe('with a pass beside other images than upstream serves', () => {
    const served = { discounts: 'b', db: '1' };
    const upstream = { name: 'staging', digests: served };
    const beside = (
      records: LedgerRecord[],
      offer: typeof a | undefined,
      more: Partial<Parameters<typeof decide>[0]> = {},
    ) => decide({ environment: 'production', offer, gate: g1, records, releasesOf, now, upstream, ...more });
    const won = (digests: Record<string, string>) => ({ ...verdict(b, g1, 'passed'), digests });

    it('has the gate asked once more', () => {
      assert.deepEqual(beside([won(served)], b).take, { candidate: b, gate: g1, upstream });
      const asking = { ...g1, approval: { expiresHours: 72, approvers: [] } };
      const pending = (digests: Record<string, string>) =>
        beside([{ ...won(digests), gate: asking }], b, { gate: asking }).pendingApproval;
      assert.equal(pending(served), undefined);
      assert.deepEqual(pending({ ...served, db: '2' }), { candidate: b, gate: asking, upstream });
    });

    it('does not stand refused because of them', () => {
      const refused = { ...won({ ...served, db: '2' }), verdict: 'refused' as const };
      assert.equal(beside([refused], b).refusal, undefined);
      assert.equal(beside([{ ...refused, digests: served }], b).refusal?.kind, 'verdict');
    });

    it('asks nobody about what runs while nothing changes there, and keeps what its pass was of', () => {
      const before = { ...served, db: '2' };
      const records = [won(before), cutover(b)];
      const then = { name: 'staging', digests: before };
      assert.deepEqual(beside(records, b).take, { candidate: b, gate: g1, upstream: then });
      assert.deepEqual(beside(records, undefined).take, { candidate: b, gate: g1, upstream: then });
      // Of an older version: the same question as then.
      assert.deepEqual(beside([verdict(b, g1, 'passed'), cutover(b)], b).take, {
        candidate: b,
        gate: g1,
        upstream: { name: 'staging' },
      });
    });

    it('asks about what runs when the gate is another, or an image beside it', () => {
      const records = [won({ ...served, db: '2' }), cutover(b)];
      assert.deepEqual(beside(records, b, { gate: g2 }).take, { candidate: b, gate: g2, upstream });
      assert.deepEqual(beside(records, b, { pinsAnother: true }).take, { candidate: b, gate: g1, upstream });
    });
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

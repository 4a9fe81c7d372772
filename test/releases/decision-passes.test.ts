import assert from 'node:assert/strict';
import { decide } from '../../releases/decision';
import type { LedgerRecord } from '../../releases/ledger';
import { adopted, again, candidate, cutover, gate, releasesOf, rollback, tested, verdict } from './fixtures';

const a = candidate('a');
const b = candidate('b');
const g1 = gate('/');
const g2 = gate('/health');
const now = new Date('2026-01-02T00:00:00Z');
const decideWith = (records: LedgerRecord[], offer: typeof a | undefined, by = g1) =>
  decide({ environment: 'production', offer, gate: by, records, releasesOf, now });
describe('decide, by what a pass is of', () => {
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
});

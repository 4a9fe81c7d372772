import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { LedgerRecord } from '../../releases/ledger';
import { countedOf, lost } from '../../releases/lost-records';
import { needed } from '../../releases/needed';
import { lastBrokenSwitch } from '../../releases/switches';
import { isLong } from '../long';
import { anyRecord, everyDecision, timed } from './any-ledger';
import {
  again,
  approval,
  candidate,
  cutover,
  gate,
  retiredOf,
  rollback,
  switched,
  takenBack,
  tested,
  unhealthy,
  verdict,
} from './fixtures';

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
      { numRuns: isLong ? 5_000 : 150 },
    );
  });

  it('keeps of two records both that some decision tells apart, with what comes or is lost later', () => {
    const [a, b] = [candidate('a'), candidate('b')];
    const pass = verdict(a, gate('/'), 'passed');
    const approved = approval(a);
    const asking = { ...gate('/'), approval: { expiresHours: 1, approvers: [] } };
    const pairs: [LedgerRecord, LedgerRecord][] = [
      [pass, verdict(b, gate('/'), 'passed')],
      [pass, verdict(a, gate('/other'), 'passed')],
      [pass, verdict(a, asking, 'passed')],
      [verdict(a, gate('/'), 'refused'), pass],
      [verdict(a, gate('/'), 'refused'), verdict(a, gate('/'), 'unknown')],
      [pass, { ...pass, upstream: 'dev' }],
      [pass, { ...pass, digests: { discounts: 'sha256:1' } }],
      [pass, tested(a, gate('/'))],
      [{ ...again(a), kind: 'superseded', newer: b }, pass],
      [approved, approval(a, { person: 'drone:bob' })],
      [approved, approval(a, { pushers: [] })],
      [approval(a, { verdict: 'refused' }), approved],
      [takenBack(a, b), { ...takenBack(a, b), releases: { discounts: 'discounts-other:80' } }],
      [unhealthy(a), { ...unhealthy(a), releases: { discounts: 'discounts-other:80' } }],
      [takenBack(a, b), takenBack(b, a)],
      [cutover(a), cutover(a)],
      [switched(a, null), verdict(a, gate('/'), 'refused')],
      [rollback(a, b), rollback(a, b)],
      [again(a), again(a)],
      [retiredOf(a), retiredOf(a)],
      [cutover(a), cutover(a, 'staging')],
    ];
    const refused = approval(a, { verdict: 'refused' });
    const said = [refused, approved, verdict(a, gate('/'), 'unknown')];
    assert.deepEqual(needed(said), said);
    for (const pair of pairs) assert.deepEqual(needed(pair), pair, JSON.stringify(pair));
  });

  it('keeps the last switch that was broken off, though another one is open', () => {
    const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
    const brokenOff = switched(a, null, '2026-01-03T00:00:00Z');
    const said = [a, b].map((of) => verdict(of, gate('/'), 'refused'));
    const records = needed([brokenOff, switched(b, a), cutover(a), ...said, switched(c, a)]);
    assert.equal(lastBrokenSwitch([...records, cutover(c)], 'production'), brokenOff.at);
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

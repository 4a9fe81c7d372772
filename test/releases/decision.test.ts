import assert from 'node:assert/strict';
import { decide } from '../../releases/decision';
import type { LedgerRecord } from '../../releases/ledger';
import { candidate, cutover, gate, verdict } from './fixtures';

const a = candidate('a');
const b = candidate('b');
const g1 = gate('/');
const g2 = gate('/health');
const decideWith = (records: LedgerRecord[], offered: typeof a | undefined, by = g1) =>
  decide({ environment: 'production', offered, gate: by, records });

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
      standing: refused,
    });
  });

  it('takes nothing when the first candidate ever stands refused', () => {
    const refused = verdict(b, g1, 'refused');
    assert.deepEqual(decideWith([refused], b), { take: undefined, standing: refused });
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
    assert.deepEqual(decideWith([refused, elsewhere], b).standing, refused);
  });

  it('does not fall back to what was only tested', () => {
    assert.equal(decideWith([verdict(a, g1, 'passed'), verdict(b, g1, 'refused')], b).take, undefined);
  });

  it('keeps what an environment was switched to before it had a gate, whatever this says of others', () => {
    const refused = verdict(b, g1, 'refused');
    assert.deepEqual(decideWith([cutover(a)], undefined), { take: { candidate: a } });
    assert.deepEqual(decideWith([cutover(a), refused], b), { take: { candidate: a }, standing: refused });
    assert.deepEqual(decideWith([cutover(a)], b), { take: { candidate: b, gate: g1 } });
    assert.equal(decideWith([cutover(a, 'staging')], undefined).take, undefined);
  });

  it('keeps what it runs while upstream offers nothing', () => {
    assert.deepEqual(decideWith([verdict(a, g1, 'passed'), cutover(a)], undefined), {
      take: { candidate: a, gate: g1 },
    });
    assert.deepEqual(decideWith([], undefined), { take: undefined });
  });
});

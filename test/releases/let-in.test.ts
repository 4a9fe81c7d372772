import assert from 'node:assert/strict';
import { isLetIn } from '../../releases/let-in';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import {
  adopted,
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

const [a, b, g] = [candidate('a'), candidate('b'), gate('/')];
const isIn = (records: readonly LedgerRecord[], of: Candidate = a) => isLetIn(records, 'production', of);

describe('what may serve behind a gate', () => {
  it('is what has passed, was found serving, has served, or was gone back to', () => {
    for (const record of [verdict(a, g, 'passed'), adopted(a), cutover(a), rollback(a, b)]) {
      assert.ok(isIn([record]), record.kind);
    }
  });

  it('is nothing else that a ledger tells of', () => {
    const others = [
      verdict(a, g, 'refused'),
      verdict(a, g, 'unknown'),
      tested(a, g),
      approval(a),
      again(a),
      switched(a, b),
      takenBack(a, b),
      unhealthy(a),
      retiredOf(a),
    ];
    for (const record of others) assert.ok(!isIn([record]), record.kind);
    assert.ok(!isIn([]));
  });

  it('is exactly these images in this environment', () => {
    const both = { ...a, web: { ...b['discounts']!, service: 'web' } };
    assert.ok(!isIn([verdict(a, g, 'passed')], b));
    assert.ok(!isIn([verdict(a, g, 'passed')], both));
    assert.ok(!isIn([verdict(both, g, 'passed')], a));
    assert.ok(!isIn([{ ...verdict(a, g, 'passed'), environment: 'pilot' }]));
    assert.ok(!isIn([cutover(a, 'staging')]));
    assert.ok(!isIn([rollback(b, a)]), 'what was left is not what was gone back to');
  });

  it('stays let in, whatever comes later', () => {
    assert.ok(isIn([verdict(a, g, 'passed'), verdict(a, gate('/new'), 'refused'), verdict(b, g, 'passed')]));
  });
});

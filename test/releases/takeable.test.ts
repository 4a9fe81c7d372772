import assert from 'node:assert/strict';
import type { LedgerRecord } from '../../releases/ledger';
import { takeable, type Retaining } from '../../releases/takeable';
import { approval, candidate, cutover, gate, rollback, tested, verdict } from './fixtures';

const now = new Date('2026-01-02T00:00:00Z');
const names = ['a', 'b', 'c', 'd', 'e'];
const [a, b, c, d, e] = names.map(candidate) as [ReturnType<typeof candidate>, ...ReturnType<typeof candidate>[]];
const g = gate('/');

function of(records: LedgerRecord[], retain = 1, upstream?: Retaining): string {
  const may = takeable({ environment: 'production', records, retain }, upstream, now);
  return names.filter((name) => may(candidate(name))).join('');
}

describe('what an environment may yet take', () => {
  it('is what it runs, and what it keeps for a rollback', () => {
    const ran = [cutover(a), cutover(b!), cutover(c!)];
    assert.equal(of(ran), 'c');
    assert.equal(of(ran, 2), 'bc');
    assert.equal(of([cutover(a, 'staging')]), '');
  });

  it('is what somebody has gone back to, and what its gate was asked about last', () => {
    assert.equal(of([cutover(a), cutover(b!), rollback(a, b!)]), 'ab');
    assert.equal(of([verdict(a, g, 'passed'), verdict(b!, g, 'refused'), tested(c!, g), tested(d!, g)]), 'bd');
  });

  it('is what people have approved, while that holds', () => {
    const expired = { expiresAt: '2026-01-01T12:00:00Z' };
    assert.equal(of([approval(a), approval(b!, expired), approval(c!, expired)]), 'ac');
  });

  it('is what its upstream keeps and may offer again, whatever that has besides', () => {
    const staging = [a, b!, c!].map((each) =>
      cutover({ ...each, blog: { ...each['discounts']!, service: 'blog' } }, 'staging'),
    );
    const upstream = { environment: 'staging', records: staging, retain: 2 };
    assert.equal(of([cutover(e!)], 1, upstream), 'bce');
    assert.equal(of([cutover(e!)], 1, { ...upstream, records: [cutover(a)] }), 'e');
    const may = takeable({ environment: 'production', records: [], retain: 1 }, upstream, now);
    // Of two services that upstream keeps, both have to be there; what it has none of tells nothing.
    const blog = (character: string, service = 'blog') => ({
      [service]: { ...candidate(character)['discounts']!, service },
    });
    assert.deepEqual(
      [{ ...c!, ...blog('a') }, { ...c!, ...blog('b') }, { ...c!, ...blog('a', 'other') }, blog('c', 'other')].map(may),
      [false, true, true, false],
    );
  });
});

import assert from 'node:assert/strict';
import { lines } from '../../cli/history';
import { history, setbackOf } from '../../releases/history';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import { again, candidate, cutover, gate, rollback, switched, takenBack, verdict } from './fixtures';

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
const digest = (of: Candidate): string => of['discounts']?.digest ?? '';
const g = gate('/');

describe('history', () => {
  const records = [
    switched(a, null),
    cutover(a),
    verdict(b, g, 'passed'),
    switched(b, a),
    takenBack(b, a),
    again(b),
    switched(b, a),
    switched(b, a),
    cutover(b),
    cutover(a, 'staging'),
    verdict(c, g, 'refused'),
    verdict(c, g, 'unknown'),
    rollback(a, b),
  ];

  it('tells what happened to an environment, from what to what', () => {
    const events = history(records, 'production');
    const short = (digests: Record<string, string> | null): string => digests?.['discounts']?.slice(7, 8) ?? '-';
    assert.deepEqual(
      events.map(({ what, from, to }) => `${what} ${short(from)} ${short(to)}`),
      [
        'deployed - a',
        'tested - b',
        'taken back a b',
        'try again - b',
        'broken off a b',
        'deployed a b',
        'refused - c',
        'tested - c',
        'rollback b a',
      ],
    );
    assert.equal(events.at(-2)?.summary, 'could not tell: shop: unknown');
    assert.equal(events.at(-1)?.by, 'ann@laptop');
  });

  it('tells of all environments when none is named', () => {
    assert.ok(history(records).some(({ environment }) => environment === 'staging'));
    assert.equal(history(records, 'staging').length, 1);
  });

  it('is a line for each event, with why below', () => {
    const [event] = history([takenBack(b, a)], 'production');
    assert.ok(event !== undefined);
    const told = { ...event, by: 'ann@laptop', evidence: 'production/x' };
    assert.equal(lines(told, false).at(-1), '    evidence: no longer kept (sluice:retainEvidence)');
    assert.deepEqual(lines(told, true), [
      `2026-01-01T00:00:02Z  production  taken back  discounts nothing → sha256:bbbbbbbbbbbb bbbbbbbb  3 s  ann@laptop`,
      '    discounts: too slow',
      '    evidence: ./sluice evidence production x',
    ]);
  });
});

describe('the setback', () => {
  const of = (...records: LedgerRecord[]) => {
    const found = setbackOf(records, 'production');
    return found === undefined ? undefined : [found.what, found.to['discounts']];
  };
  const ill: LedgerRecord = {
    kind: 'unhealthy',
    at: '2026-01-01T00:00:03Z',
    environment: 'production',
    candidate: b,
    releases: {},
    summary: 'discounts is exited',
  };

  it('is a release that was taken back or never got healthy, until another stays or somebody asks again', () => {
    assert.deepEqual(of(cutover(a), switched(b, a), takenBack(b, a)), ['taken back', digest(b)]);
    assert.deepEqual(of(cutover(a), ill), ['unhealthy', digest(b)]);
    assert.equal(of(cutover(a), switched(b, a), takenBack(b, a), again(b)), undefined);
    assert.equal(of(cutover(a), ill, switched(c, a), cutover(c)), undefined);
    assert.equal(of(), undefined);
  });

  it('is a rollback, until something else is deployed', () => {
    const back = [cutover(a), cutover(b), rollback(a, b)];
    assert.deepEqual(of(...back), ['rollback', digest(a)]);
    assert.deepEqual(of(...back, switched(a, b), cutover(a)), ['rollback', digest(a)]);
    assert.equal(of(...back, cutover(a), cutover(c)), undefined);
    assert.equal(of(...back, cutover(a), cutover(c), cutover(a)), undefined);
  });

  it('stays a rollback when others are tested meanwhile, or it is deployed once more', () => {
    const back = [cutover(a), cutover(b), rollback(a, b)];
    assert.deepEqual(of(...back, verdict(c, g, 'refused'), cutover(a)), ['rollback', digest(a)]);
    assert.deepEqual(of(...back, cutover(a), cutover(a)), ['rollback', digest(a)]);
  });

  it('is none once what somebody asked for again is deployed, be it what was rolled back to', () => {
    assert.equal(of(cutover(a), takenBack(b, a), again(b), cutover(b)), undefined);
    assert.equal(of(cutover(a), cutover(b), rollback(a, b), cutover(a), again(a), cutover(a)), undefined);
  });
});

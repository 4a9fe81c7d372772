import assert from 'node:assert/strict';
import { chooseTarget } from '../../cli/rollback';
import { lines } from '../../cli/history';
import { history, rollbackTarget, setbackOf } from '../../releases/history';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import { tells } from '../errors/told';
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
    assert.deepEqual(lines({ ...event, by: 'ann@laptop', evidence: 'production/x' }), [
      `2026-01-01T00:00:02Z  production  taken back  discounts nothing → sha256:bbbbbbbbbbbb bbbbbbbb  3 s  ann@laptop`,
      '    discounts: too slow',
      '    evidence: production/x',
    ]);
  });
});

describe('what an environment is put back to', () => {
  const records = [cutover(a), cutover(b), cutover(c), cutover(a, 'staging'), takenBack(candidate('d'), c)];

  it('is the release before, whatever was taken back since', () => {
    assert.equal(rollbackTarget(records, 'production'), b);
    assert.equal(rollbackTarget([...records, cutover(c)], 'production'), b);
    assert.equal(rollbackTarget([cutover(a)], 'production'), undefined);
  });

  it('is the one that is named, by its digest or the beginning of it', () => {
    assert.equal(rollbackTarget(records, 'production', digest(a)), a);
    assert.equal(rollbackTarget(records, 'production', 'aaaa'), a);
    assert.equal(rollbackTarget(records, 'production', 'dddd'), undefined);
    const two = { ...candidate('e'), frontend: { ...candidate('f')['discounts']!, service: 'frontend' } };
    assert.equal(rollbackTarget([cutover(two), cutover(a)], 'production', 'ffff'), two);
  });

  it('needs a pass under the gate of now', () => {
    const passed = [...records, verdict(b, g, 'passed')];
    const o = { environment: 'production', gate: g };
    assert.equal(chooseTarget(passed, o), b);
    assert.equal(chooseTarget(records, { ...o, gate: undefined }), b);
    assert.throws(() => chooseTarget(passed, { ...o, gate: gate('/other') }), tells('neverPassed'));
    assert.throws(() => chooseTarget([...passed, verdict(b, g, 'refused')], o), /has no pass of/);
  });

  const retired: LedgerRecord = {
    kind: 'retired',
    at: '2026-01-01T00:00:04Z',
    environment: 'production',
    candidate: a,
  };

  it('is kept when other images, or those of another environment, are not', () => {
    for (const other of [
      { ...retired, candidate: c },
      { ...retired, environment: 'staging' },
    ]) {
      assert.equal(rollbackTarget([cutover(a), cutover(b), other], 'production'), a);
    }
  });

  it('is nothing whose images are no longer kept', () => {
    const o = { environment: 'production', gate: undefined };
    assert.throws(() => chooseTarget([cutover(a), cutover(b), retired], { ...o, to: digest(a) }), tells('notKept'));
    assert.throws(() => chooseTarget([cutover(a), cutover(b), retired], o), tells('notKept'));
    assert.equal(chooseTarget([cutover(a), cutover(b), retired, cutover(a), cutover(c)], o), a);
  });

  it('is neither what runs nor what never did', () => {
    const o = { environment: 'production', gate: undefined };
    assert.throws(() => chooseTarget(records, { ...o, to: digest(c) }), /production runs discounts sha256:c+ already/);
    assert.throws(() => chooseTarget(records, { ...o, to: 'sha256:dd' }), tells('neverRun'));
    assert.throws(() => chooseTarget([], o), /has run nothing before what it runs now/);
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

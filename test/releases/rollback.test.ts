import assert from 'node:assert/strict';
import type { LedgerRecord } from '../../releases/ledger';
import { asRunNow, namedRelease, releaseBefore } from '../../releases/rollback';
import type { Candidate } from '../../releases/types';
import { again, candidate, cutover, rollback, switched, takenBack } from './fixtures';

const [a, b, c, d] = [candidate('a'), candidate('b'), candidate('c'), candidate('d')];
const at = '2026-01-01T00:00:04Z';
const retired = (of: Candidate, environment = 'production'): LedgerRecord => ({
  kind: 'retired',
  at,
  environment,
  candidate: of,
});
const before = (...records: LedgerRecord[]): string | undefined =>
  releaseBefore(records, 'production')?.['discounts']?.digest.at(-1);

describe('the release before', () => {
  it('is what ran before what runs, whatever was taken back since, here and not elsewhere', () => {
    assert.equal(before(cutover(a), cutover(b), cutover(c), cutover(a, 'staging'), takenBack(d, c)), 'b');
    assert.equal(before(cutover(a)), undefined);
    assert.equal(before(), undefined);
  });

  it('is not what runs, however often it was switched to', () => {
    assert.equal(before(cutover(a), cutover(b), cutover(c), cutover(c)), 'b');
    assert.equal(before(cutover(a), cutover(a)), undefined);
  });

  it('is two back after a rollback, and three after the second', () => {
    const past = [cutover(a), cutover(b), cutover(c), rollback(b, c), switched(b, c), cutover(b)];
    assert.equal(before(...past), 'a');
    assert.equal(before(...past, rollback(a, c), cutover(a)), undefined);
    const four = [cutover(a), cutover(b), cutover(c), cutover(d), rollback(c, d), cutover(c)];
    assert.equal(before(...four, rollback(b, d), cutover(b)), 'a');
    // A changed setting is no other release.
    assert.equal(before(...past, cutover(b)), 'a');
  });

  it('is two back, too, when a service that came since has stayed', () => {
    const frontend = { frontend: { ...c['discounts']!, service: 'frontend' } };
    const [newest, kept] = [
      { ...c, ...frontend },
      { ...b, ...frontend },
    ];
    assert.equal(before(cutover(a), cutover(b), cutover(newest), rollback(kept, newest), cutover(kept)), 'a');
  });

  it('is two back, too, when a service that came since has gone with it', () => {
    const wider = { ...b, frontend: { ...c['discounts']!, service: 'frontend' } };
    assert.equal(before(cutover(a), cutover(b), cutover(wider), rollback(b, wider), cutover(b)), 'a');
  });

  it('is none where the ledger has lost when that ran which a rollback has come to', () => {
    assert.equal(before(cutover(b), rollback(a, b), cutover(a)), undefined);
  });

  it('is what a rollback has come to, once something newer runs', () => {
    assert.equal(before(cutover(a), cutover(b), cutover(c), rollback(b, c), cutover(b), cutover(d)), 'b');
  });

  it('is what ran before when a rollback was not carried out', () => {
    assert.equal(before(cutover(a), cutover(b), rollback(a, b)), 'a');
    assert.equal(before(cutover(a), cutover(b), rollback(a, b), cutover(c)), 'b');
    assert.equal(before(cutover(a), cutover(b), rollback(a, b), cutover(c), cutover(a)), 'c');
  });

  it('is what was left for what somebody has asked for again', () => {
    assert.equal(before(cutover(a), cutover(b), rollback(a, b), cutover(a), again(b), cutover(b)), 'a');
    assert.equal(before(cutover(a), cutover(b), cutover(c), rollback(a, c), again(a), cutover(a)), 'c');
  });

  it('is nothing that is no longer kept', () => {
    assert.equal(before(cutover(a), cutover(b), retired(a)), undefined);
    assert.equal(before(cutover(a), cutover(b), cutover(c), retired(b)), 'a');
    assert.equal(before(cutover(a), cutover(b), retired(a), cutover(a), cutover(c)), 'a');
    assert.equal(before(cutover(a), cutover(b), retired(c), retired(a, 'staging')), 'a');
  });
});

describe('a release by its digest', () => {
  const named = (to: string, ...records: LedgerRecord[]) => namedRelease(records, 'production', to);

  it('is what has run there, by the digest or its beginning', () => {
    const records = [cutover(a), cutover(b), cutover(c, 'staging'), takenBack(d, b)];
    assert.deepEqual(named('aaaa', ...records), { candidate: a });
    assert.deepEqual(named(`sha256:${'a'.repeat(64)}`, ...records), { candidate: a });
    assert.equal(named('cccc', ...records), undefined);
    assert.equal(named('dddd', ...records), undefined);
  });

  it('names the candidate that ran last of those that have it', () => {
    const one = { ...a, frontend: { ...candidate('e')['discounts']!, service: 'frontend' } };
    const two = { ...a, frontend: { ...candidate('f')['discounts']!, service: 'frontend' } };
    assert.deepEqual(named('aaaa', cutover(one), cutover(two), cutover(b)), { candidate: two });
    assert.deepEqual(named('eeee', cutover(one), cutover(two), cutover(b)), { candidate: one });
  });

  it('is none when its beginning is that of several', () => {
    const like = (end: string): Candidate => ({
      discounts: { ...a['discounts']!, digest: `sha256:${'a'.repeat(60)}${end.repeat(4)}` },
    });
    const [one, two] = [like('1'), like('2')];
    const digests = [one, two].map((each) => each['discounts']?.digest);
    assert.deepEqual(named('aaaa', cutover(two), cutover(one)), { ambiguous: digests });
    assert.deepEqual(named(digests[1] ?? '', cutover(two), cutover(one)), { candidate: two });
  });

  it('is none that is no longer kept', () => {
    assert.equal(named('aaaa', cutover(a), cutover(b), retired(a)), undefined);
    assert.deepEqual(named('aaaa', cutover(a), retired(a), cutover(a)), { candidate: a });
    assert.deepEqual(named('aaaa', cutover(a), retired(b), retired(a, 'staging')), { candidate: a });
  });
});

describe('a former candidate as it would run now', () => {
  const frontend = { frontend: { ...c['discounts']!, service: 'frontend' } };

  it('has what runs of services that came since, and none that are gone', () => {
    assert.deepEqual(asRunNow(a, ['discounts', 'frontend'], { ...b, ...frontend }), { ...a, ...frontend });
    assert.deepEqual(asRunNow({ ...a, ...frontend }, ['discounts'], b), a);
    assert.deepEqual(asRunNow(a, ['discounts', 'frontend'], b), a);
  });
});

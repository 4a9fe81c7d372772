import assert from 'node:assert/strict';
import { history, type Event } from '../../releases/history';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import { again, approval, candidate, cutover, gate, switched, tested, verdict } from './fixtures';

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
const g = gate('/');
const sha = (character: string): string => `sha256:${character.repeat(64)}`;
const summaries = (...records: LedgerRecord[]): string[] =>
  history(records).map(({ what, summary }) => `${what}: ${summary}`);
const whats = (...records: LedgerRecord[]): Event['what'][] => history(records, 'production').map(({ what }) => what);

describe('an event', () => {
  it('has all that a verdict says, and nobody where it says of nobody', () => {
    assert.deepEqual(history([verdict(b, g, 'passed')]), [
      {
        at: '2026-01-01T00:00:00Z',
        environment: 'production',
        what: 'tested',
        by: '',
        from: null,
        to: { discounts: sha('b') },
        commits: { discounts: 'b'.repeat(40) },
        summary: 'shop: passed',
        evidence: 'production/x',
        seconds: 1,
      },
    ]);
  });

  it('is empty where a record says nothing: no summary, no evidence, no time', () => {
    assert.deepEqual(history([again(b)]), [
      {
        at: '2026-01-01T00:00:02Z',
        environment: 'production',
        what: 'try again',
        by: 'ann@laptop',
        from: null,
        to: { discounts: sha('b') },
        commits: { discounts: 'b'.repeat(40) },
        summary: '',
        evidence: '',
        seconds: null,
      },
    ]);
  });

  it('names the commits of those images that say theirs', () => {
    const silent = { ...a['discounts']!, service: 'frontend', revision: '' };
    const [event] = history([cutover({ ...b, frontend: silent })]);
    assert.deepEqual(event?.to, { discounts: sha('b'), frontend: sha('a') });
    assert.deepEqual(event.commits, { discounts: 'b'.repeat(40) });
  });

  it('of a deployment tells what the watch saw, and how long both took', () => {
    assert.deepEqual(summaries(cutover(a)), ['deployed: ']);
    const watched = { ...cutover(a), watch: 'discounts: 0 of 40 requests failed', seconds: 31 };
    assert.deepEqual(summaries(watched), ['deployed: discounts: 0 of 40 requests failed']);
    assert.equal(history([watched])[0]?.seconds, 31);
  });

  it('of a release that never got healthy tells why, and where its output is kept if it is', () => {
    const entry = { at: '2026-01-01T00:00:03Z', environment: 'production', candidate: b, releases: {} };
    const ill = { kind: 'unhealthy', ...entry, summary: 'discounts is exited' } as const;
    assert.deepEqual(summaries(ill), ['unhealthy: discounts is exited']);
    const evidence = [ill, { ...ill, evidence: 'production/y' }].map((each) => history([each])[0]?.evidence);
    assert.deepEqual(evidence, ['', 'production/y']);
  });

  it('of tests that passed tells that an approval is asked for besides', () => {
    assert.deepEqual(summaries(tested(b, g)), ['tested: shop passed; an approval is asked for']);
  });

  it('of a word of a person tells whose, why, and until when it holds', () => {
    const no = approval(b, { verdict: 'refused', person: 'os:bob@laptop', reason: 'not today', expiresAt: null });
    assert.deepEqual(summaries(approval(b), approval(b, { reason: '' }), no), [
      'approved: approved by drone:ann: the sale begins (holds until 2026-01-04T00:00:00Z)',
      'approved: approved by drone:ann (holds until 2026-01-04T00:00:00Z)',
      'refused: refused by os:bob@laptop: not today',
    ]);
  });

  it('of a candidate that a newer one came before names the newer one, service by service', () => {
    const newer: Candidate = { ...c, frontend: { ...a['discounts']!, service: 'frontend' } };
    const entry = { at: '2026-01-01T00:00:03Z', environment: 'production', candidate: b };
    assert.deepEqual(summaries({ kind: 'superseded', ...entry, newer }), [
      'superseded: by discounts sha256:cccccccccccc, frontend sha256:aaaaaaaaaaaa',
    ]);
  });

  it('is none when images are cleared away, whatever follows', () => {
    const entry = { at: '2026-01-01T00:00:03Z', environment: 'production', candidate: a };
    assert.deepEqual(whats({ kind: 'retired', ...entry }, switched(b, null), cutover(b)), ['deployed']);
  });
});

describe('a switch that was broken off', () => {
  const elsewhere = { ...switched(b, a), environment: 'staging' };

  it('is known by the next switch of the same environment, whatever was recorded between', () => {
    const between = verdict(c, g, 'passed');
    assert.deepEqual(whats(switched(b, a), between, switched(b, a), cutover(b)), ['broken off', 'tested', 'deployed']);
  });

  it('is none that has just begun, nor one during which another environment was switched', () => {
    assert.deepEqual(whats(switched(b, a)), []);
    assert.deepEqual(whats(switched(b, a), elsewhere, cutover(b)), ['deployed']);
    assert.deepEqual(whats(switched(b, a), cutover(b, 'staging'), switched(b, a)), ['broken off']);
  });
});

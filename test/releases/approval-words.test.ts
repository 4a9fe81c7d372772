import assert from 'node:assert/strict';
import { approvalOf, approvalText, notNamed } from '../../releases/approval';
import { decide } from '../../releases/decision';
import { candidateKey, digestsOf } from '../../releases/names';
import type { Candidate, Gate } from '../../releases/types';
import { approval, candidate, cutover, gate, releasesOf, rollback, verdict } from './fixtures';

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
const rule = { expiresHours: 72, approvers: [] as string[] };
const asked: Gate = { ...gate('/'), approval: rule };
const now = new Date('2026-01-02T00:00:00Z');
const digest = digestsOf(a)['discounts'] ?? '';

describe('a word about a candidate', () => {
  it('says whose it is, and why if anybody said so', () => {
    assert.equal(approvalText(approval(a)), 'approved by drone:ann: the sale begins');
    assert.equal(approvalText(approval(a, { reason: '' })), 'approved by drone:ann');
    assert.equal(approvalText(approval(a, { verdict: 'refused', reason: 'no' })), 'refused by drone:ann: no');
  });

  it('that refuses what runs is no refusal, and no approval', () => {
    const no = approval(a, { verdict: 'refused', expiresAt: null });
    const question = { environment: 'production', candidate: a, rule, now };
    assert.deepEqual(approvalOf({ ...question, records: [no, cutover(a)] }), { state: 'missing' });
    assert.deepEqual(approvalOf({ ...question, records: [no, cutover(b)] }), { state: 'refused', record: no });
  });
});

describe('a rollback behind an approval', () => {
  it('has the whole gate when it was approved once', () => {
    const said = rollback(a, b);
    const records = [verdict(a, asked, 'passed'), cutover(a), verdict(b, asked, 'passed'), cutover(b), said];
    const decision = decide({ environment: 'production', offer: b, gate: asked, records, releasesOf, now });
    assert.deepEqual(decision, { take: { candidate: a, gate: asked }, rollback: said });
  });
});

describe('what does not name a candidate', () => {
  /** Digest of a, built from a commit that begins and ends otherwise. */
  const commit = `${'c'.repeat(20)}${'d'.repeat(20)}`;
  const built: Candidate = { discounts: { ...a['discounts']!, revision: commit } };

  it('is told what it is not: a digest, or a commit', () => {
    const problem = notNamed('latest', 'candidate', a, undefined);
    assert.equal(problem, '"latest" is not 12 characters or more of a digest');
    assert.equal(notNamed('latest', 'commit', a, undefined), '"latest" is not 12 characters or more of a commit');
  });

  it('is a digest with anything before it or behind it', () => {
    for (const word of [
      `latest-${'a'.repeat(12)}`,
      `${'a'.repeat(12)}-latest`,
      `${digest}a`,
      `${'a'.repeat(6)}sha256:${'a'.repeat(6)}`,
    ]) {
      const problem = notNamed(word, 'candidate', a, undefined);
      assert.equal(problem, `"${word}" is not 12 characters or more of a digest`);
    }
  });

  it('is a digest or a key where a commit is asked for, and the end of one', () => {
    const named = (word: string) => notNamed(word, 'commit', built, undefined);
    assert.equal(named(commit), undefined);
    assert.equal(named(commit.slice(0, 12)), undefined);
    for (const word of [digest.slice(7), candidateKey(built), commit.slice(20)]) {
      assert.equal(named(word), `nothing offered is built from commit ${word}`);
    }
    assert.equal(notNamed(commit, 'candidate', built, undefined), `that is not ${commit}`);
  });

  it('is one of several releases, with all that would come along', () => {
    const of = (service: string, from: Candidate) => ({ [service]: { ...from['discounts']!, service } });
    const three: Candidate = { ...a, ...of('ads', b), ...of('frontend', c) };
    assert.equal(
      notNamed(digest, 'candidate', three, undefined),
      `${digest} names only a part of it: ads sha256:bbbbbbbbbbbb and frontend sha256:cccccccccccc would come along`,
    );
    // ... also a service that the environment has not run yet.
    assert.equal(
      notNamed(digest, 'candidate', three, { ...a, ...of('ads', b) }),
      `${digest} names only a part of it: frontend sha256:cccccccccccc would come along`,
    );
  });
});

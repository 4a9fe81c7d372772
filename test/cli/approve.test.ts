import * as assert from 'node:assert/strict';
import {
  candidateMeant,
  factsOf,
  refuseChanged,
  refuseUnseen,
  refuseWithoutReason,
  runsAlready,
  whoSays,
  withComment,
  withCommit,
  wishOf,
  type Situation,
} from '../../cli/approve/question';
import { pendingApprovalLines } from '../../cli/pending-approval';
import type { LedgerRecord } from '../../releases/ledger';
import { candidateKey } from '../../releases/names';
import type { Candidate, Gate } from '../../releases/types';
import { tells } from '../errors/told';
import { approval, candidate, cutover, gate, tested, verdict } from '../releases/fixtures';

const [a, b] = [candidate('a'), candidate('b')];
const rule = { expiresHours: 72, approvers: [] as string[] };
const asked: Gate = { ...gate('/'), approval: rule };
const now = new Date('2026-01-02T00:00:00Z');
const situation = (records: LedgerRecord[] = [], offer: Candidate | undefined = b, by: Gate = asked): Situation => ({
  environment: 'production',
  gate: by,
  offer,
  records,
  now,
});
const approve = wishOf({});

describe('the word of a reviewer at the CI server', () => {
  it('has what that person has written as its reason, and the run that it is about', () => {
    const wish = wishOf({ candidate: 'x', reason: 'https://github.com/o/api/actions/runs/42' });
    const comment = 'Ship it';
    assert.deepEqual(withComment(wish, { person: 'ann', comment }), {
      ...wish,
      reason: `${comment}; ${wish.reason ?? ''}`,
    });
    assert.deepEqual(withComment(wish, { person: 'ann', comment: '' }), wish);
    assert.deepEqual(withComment(wish, undefined), wish);
    assert.deepEqual(withComment(wishOf({}), { person: 'ann', comment }), { verdict: 'approved', reason: comment });
  });

  it('is not needed for what runs already: a job may be started once more', () => {
    const records = [cutover(b)];
    const [digest = ''] = Object.values(b).map((release) => release.digest);
    const named = wishOf({ candidate: digest });
    assert.equal(runsAlready(situation(records), named), true);
    assert.equal(runsAlready(situation(), named), false);
    assert.equal(runsAlready(situation([cutover(a)]), named), false);
    assert.equal(runsAlready(situation(records), wishOf({ candidate: candidateKey(a) })), false);
    assert.equal(runsAlready({ ...situation(records), offer: undefined }, named), false);
    assert.equal(runsAlready(situation(records), wishOf({ candidate: digest, refuse: true, reason: 'no' })), false);
  });
});

describe('the commit that somebody has promoted at the CI server', () => {
  const commit = '4f5e'.repeat(10);

  it('is what is approved, and nothing else', () => {
    assert.deepEqual(withCommit(wishOf({}), commit), { verdict: 'approved', name: { word: commit, by: 'commit' } });
    assert.deepEqual(withCommit(wishOf({ 'built-from': commit.slice(0, 12) }), commit).name, {
      word: commit,
      by: 'commit',
    });
    assert.deepEqual(withCommit(wishOf({}), undefined), wishOf({}));
    for (const other of [{ 'built-from': 'c0ffee' }, { candidate: commit.slice(0, 12) }]) {
      assert.throws(() => withCommit(wishOf(other), commit), tells('promotedForAnother'));
    }
  });
});

describe('what somebody wants to say', () => {
  it('is an approval of what is offered, unless typed otherwise', () => {
    assert.deepEqual(wishOf({}), { verdict: 'approved' });
    assert.deepEqual(wishOf({ refuse: true, reason: ' not yet ', candidate: ' abc ' }), {
      verdict: 'refused',
      name: { word: 'abc', by: 'candidate' },
      reason: 'not yet',
    });
    assert.deepEqual(wishOf({ 'built-from': 'c0ffee', reason: '  ' }), {
      verdict: 'approved',
      name: { word: 'c0ffee', by: 'commit' },
    });
    assert.throws(() => wishOf({ 'built-from': 'a', candidate: 'b' }), /both say what is meant/);
  });

  it('says what it means, and why it refuses, where nobody is asked', () => {
    assert.throws(() => refuseUnseen('production', approve), tells('approvalUnseen'));
    assert.throws(
      () => refuseUnseen('production', wishOf({ refuse: true, candidate: 'x' })),
      tells('refusalWithoutReason'),
    );
    refuseUnseen('production', wishOf({ candidate: 'x' }));
    refuseUnseen('production', wishOf({ 'built-from': 'x', refuse: true, reason: 'no' }));
    assert.throws(() => refuseWithoutReason({ verdict: 'refused', reason: '' }), tells('refusalWithoutReason'));
    refuseWithoutReason({ verdict: 'approved', reason: '' });
  });
});

describe('whose word it is', () => {
  it('is anybody’s where nobody is named, else that of those who are', () => {
    assert.deepEqual(whoSays('production', rule, 'drone:ann'), { person: 'drone:ann', rule });
    const approvers = ['drone:ann', 'drone:bob'];
    assert.equal(whoSays('production', { ...rule, approvers }, 'drone:bob').person, 'drone:bob');
    assert.throws(() => whoSays('production', { ...rule, approvers }, 'drone:eve'), tells('noApprover'));
    assert.throws(() => whoSays('production', { ...rule, approvers }, 'drone:ANN'), tells('noApprover'));
  });

  it('is nobody’s in a pipeline that nobody has started, and not asked for by every environment', () => {
    assert.throws(() => whoSays('production', rule, undefined), tells('nobodyApproves'));
    assert.throws(() => whoSays('staging', undefined, 'drone:ann'), tells('approvalNotAsked'));
  });
});

describe('the candidate that somebody speaks of', () => {
  it('is what is offered now, by whatever name', () => {
    for (const name of [
      {},
      { candidate: candidateKey(b) },
      { candidate: b['discounts']?.digest ?? '' },
      { 'built-from': 'b'.repeat(40) },
    ]) {
      assert.equal(candidateMeant(situation(), wishOf(name)), b);
    }
  });

  it('is no other', () => {
    assert.throws(() => candidateMeant({ ...situation(), offer: undefined }, approve), tells('approvalNothing'));
    for (const name of [{ candidate: candidateKey(a) }, { 'built-from': 'a'.repeat(40) }, { candidate: 'b' }]) {
      assert.throws(() => candidateMeant(situation(), wishOf(name)), tells('approvalOfAnother'));
    }
    const two: Candidate = { ...b, frontend: { ...a['discounts']!, service: 'frontend' } };
    assert.throws(
      () => candidateMeant(situation([], two), wishOf({ 'built-from': 'b'.repeat(40) })),
      /frontend sha256:aaaaaaaaaaaa would come along/,
    );
    assert.equal(
      candidateMeant(situation([cutover({ ...two, ...a })], two), wishOf({ 'built-from': 'b'.repeat(40) })),
      two,
    );
  });

  it('is not what runs, nor what its checks have refused; that can be refused again', () => {
    assert.throws(() => candidateMeant(situation([cutover(b)]), approve), tells('approvalOfRunning'));
    const failed = [verdict(b, asked, 'refused')];
    assert.throws(() => candidateMeant(situation(failed), approve), tells('approvalOfFailed'));
    assert.equal(candidateMeant(situation(failed), wishOf({ refuse: true, reason: 'x' })), b);
  });

  it('is what he was shown', () => {
    refuseChanged('production', b, b);
    assert.throws(() => refuseChanged('production', a, b), tells('approvalChanged'));
    assert.throws(() => refuseChanged('production', undefined, b), tells('approvalChanged'));
  });
});

describe('what whoever approves is shown', () => {
  const named: Candidate = { discounts: { ...b['discounts']!, message: 'A discount for spring' } };

  it('is service, digest, commit, message, what the checks say, and where their evidence lies', () => {
    assert.deepEqual(factsOf(situation([tested(b, asked)]), named), [
      `production is offered ${candidateKey(b)}`,
      `  discounts sha256:${'b'.repeat(64)}`,
      `    commit ${'b'.repeat(40)} "A discount for spring"`,
      '  checks: shop passed',
      '  evidence: ./sluice evidence production x',
    ]);
    assert.equal(factsOf(situation(), b)[3], '  checks: not run yet');
    assert.equal(factsOf(situation([verdict(b, asked, 'refused')]), b)[3], '  checks: shop: refused');
  });

  it('is what was said of it before', () => {
    assert.equal(factsOf(situation([approval(b)]), b).at(-1), '  approved by drone:ann: the sale begins');
    const late = approval(b, { expiresAt: '2026-01-01T12:00:00Z', reason: '' });
    assert.equal(factsOf(situation([late]), b).at(-1), '  approved by drone:ann; that expired at 2026-01-01T12:00:00Z');
  });

  it('is told to everybody while it waits, with the command for it', () => {
    const by: Gate = { ...asked, approval: { ...rule, approvers: ['drone:ann', 'drone:bob'] } };
    const lines = pendingApprovalLines(situation([], b, by), b);
    assert.equal(lines[0], 'production waits for an approval by drone:ann or drone:bob:');
    assert.equal(lines.at(-1), `  next: ./sluice approve production --candidate ${candidateKey(b)}`);
    assert.equal(pendingApprovalLines(situation(), b)[0], 'production waits for an approval:');
  });
});

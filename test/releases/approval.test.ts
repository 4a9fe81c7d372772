import assert from 'node:assert/strict';
import fc from 'fast-check';
import { approvalOf, expiryOf, gateFor, notNamed } from '../../releases/approval';
import { decide, type Decision } from '../../releases/decision';
import { findVerdict, sameCandidate, type LedgerRecord } from '../../releases/ledger';
import { candidateKey, digestsOf, gateHash } from '../../releases/names';
import type { Candidate, Gate } from '../../releases/types';
import { again, approval, candidate, cutover, gate, releasesOf, rollback, tested, verdict } from './fixtures';

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
const plain = gate('/');
const rule = { expiresHours: 72, approvers: [] as string[] };
const asked: Gate = { ...plain, approval: rule };
const now = new Date('2026-01-02T00:00:00Z');

/** Production runs a, which was approved. */
const runsA: LedgerRecord[] = [approval(a), verdict(a, asked, 'passed'), cutover(a)];
const decideWith = (records: LedgerRecord[], offer: Candidate = b, by: Gate = asked, at = now): Decision =>
  decide({ environment: 'production', offer, gate: by, records, releasesOf, now: at });

/** Asserts that production keeps a, and b waits. */
function assertWaits(decision: Decision): void {
  assert.deepEqual(decision.take, { candidate: a, gate: asked });
  assert.deepEqual(decision.pendingApproval?.candidate, b);
  assert.equal(decision.refusal, undefined);
}

describe('an approval', () => {
  it('lets exactly what it names in', () => {
    assert.deepEqual(decideWith([...runsA, approval(b)]), { take: { candidate: b, gate: asked } });
  });

  it('is waited for, while the environment keeps what it runs; tested or not', () => {
    assert.deepEqual(decideWith(runsA), {
      take: { candidate: a, gate: asked },
      pendingApproval: { candidate: b, gate: asked },
    });
    const passed = tested(b, asked);
    assert.deepEqual(decideWith([...runsA, passed]).pendingApproval, { candidate: b, gate: asked, testResult: passed });
    assert.deepEqual(decideWith([]), { take: undefined, pendingApproval: { candidate: b, gate: asked } });
  });

  it('Wrong candidate: lets no other through', () => {
    assertWaits(decideWith([...runsA, approval(c), tested(b, asked)]));
  });

  it('Expired: lets nothing through, from the very moment on', () => {
    const late = approval(b, { expiresAt: now.toISOString() });
    assertWaits(decideWith([...runsA, late, tested(b, asked)]));
    assert.deepEqual(decideWith([...runsA, late]).pendingApproval?.expiredApproval, late);
    const before = new Date(now.getTime() - 1);
    assert.deepEqual(decideWith([...runsA, late], b, asked, before).take, { candidate: b, gate: asked });
    for (const expiresAt of ['soon', '', null]) assertWaits(decideWith([...runsA, approval(b, { expiresAt })]));
  });

  it('Refused: the last word of a person stands, and is a failure until somebody approves', () => {
    const no = approval(b, { verdict: 'refused', person: 'drone:bob', reason: 'not before Monday', expiresAt: null });
    const kept = { take: { candidate: a, gate: asked }, refusal: no };
    assert.deepEqual(decideWith([...runsA, no]), kept);
    assert.deepEqual(decideWith([...runsA, approval(b), tested(b, asked), no]), kept);
    assert.deepEqual(decideWith([...runsA, no, again(b)]), kept);
    assert.deepEqual(decideWith([...runsA, no, approval(b)]).take, { candidate: b, gate: asked });
    assertWaits(decideWith([...runsA, approval(c, { verdict: 'refused' }), tested(b, asked)]));
  });

  it('Given before the candidate changed: is none of what it has become, not even in one service of several', () => {
    const two = (character: string): Candidate => ({
      ...candidate('d'),
      frontend: { ...candidate(character)['discounts']!, service: 'frontend' },
    });
    const decision = decideWith([...runsA, approval(two('e'))], two('f'));
    assert.deepEqual(decision.pendingApproval?.candidate, two('f'));
    assert.deepEqual(decision.take?.candidate, a);
  });

  it('of another environment is none', () => {
    assertWaits(decideWith([...runsA, approval(b, { environment: 'pilot' })]));
  });

  it('is none when the person is not among the approvers of now; a refusal stands whoever said it', () => {
    const by: Gate = { ...plain, approval: { expiresHours: 1, approvers: ['drone:ann'] } };
    assert.deepEqual(decideWith([...runsA, approval(b, { person: 'drone:bob' })], b, by).pendingApproval?.candidate, b);
    assert.deepEqual(decideWith([...runsA, approval(b, { person: 'drone:ann' })], b, by).take, {
      candidate: b,
      gate: by,
    });
    const no = approval(b, { verdict: 'refused', person: 'drone:bob' });
    assert.deepEqual(decideWith([...runsA, no, approval(b, { person: 'drone:bob' })], b, by).refusal, no);
    assert.deepEqual(decideWith([...runsA, no, approval(b, { person: 'drone:ann' })], b, by).take?.candidate, b);
  });

  it('FourEyes: counts only of somebody who was compared with all who have pushed, and is none of them', () => {
    const by: Gate = { ...plain, approval: { ...rule, fourEyes: true } };
    const taken = (person: string, pushers?: string[]) =>
      decideWith([...runsA, approval(b, { person, ...(pushers === undefined ? {} : { pushers }) })], b, by).take;
    assert.deepEqual(taken('drone:eve', ['drone:ann', 'drone:bob']), { candidate: b, gate: by });
    assert.deepEqual(taken('drone:eve', []), { candidate: b, gate: by });
    for (const [person, pushers] of [
      ['drone:ann', ['drone:ann']],
      ['drone:ANN', ['drone:bob', 'drone:ann']],
      ['drone:eve', undefined],
      ['os:eve@laptop', []],
      ['eve', []],
    ] as const) {
      assert.deepEqual(taken(person, pushers && [...pushers])?.candidate, a, person);
    }
    const no = approval(b, { verdict: 'refused', person: 'drone:ann' });
    assert.deepEqual(decideWith([...runsA, no], b, by).refusal, no);
    assert.equal(gateHash(by), gateHash(asked));
  });

  it('is used when the pass is recorded: what expires afterwards changes nothing', () => {
    const used = [...runsA, approval(b, { expiresAt: '2026-01-01T00:00:00Z' }), verdict(b, asked, 'passed')];
    assert.deepEqual(decideWith(used).take, { candidate: b, gate: asked });
    // ... but a person can still keep out what does not run yet.
    const no = approval(b, { verdict: 'refused' });
    assert.deepEqual(decideWith([...used, no]).refusal, no);
    assert.deepEqual(decideWith([...used, cutover(b), no]).take, { candidate: b, gate: asked });
  });

  it('does not outweigh checks that refuse', () => {
    const refused = verdict(b, asked, 'refused');
    assert.deepEqual(decideWith([...runsA, approval(b), refused]).refusal, refused);
    assert.deepEqual(decideWith([...runsA, refused, approval(b)]).refusal, refused);
  });

  it('is asked of nobody for what runs already, from before it was asked for; its checks are', () => {
    const before = [verdict(a, plain, 'passed'), cutover(a)];
    assert.deepEqual(decideWith(before, a), { take: { candidate: a, gate: plain } });
    const other: Gate = { ...gate('/other'), approval: rule };
    assert.deepEqual(decideWith(before, a, other).take, { candidate: a, gate: gate('/other') });
    assert.deepEqual(decideWith(before).pendingApproval?.candidate, b);
  });

  it('is asked of nobody for a rollback, which is a person’s word itself', () => {
    const said = rollback(a, b);
    const past = [verdict(a, plain, 'passed'), cutover(a), approval(b), verdict(b, asked, 'passed'), cutover(b), said];
    assert.deepEqual(decideWith(past), { take: { candidate: a, gate: plain }, rollback: said });
  });
});

describe('a pass of the checks alone', () => {
  it('is no pass of the gate', () => {
    const records = [tested(b, asked)];
    assert.equal(findVerdict(records, 'production', b, asked), undefined);
    assert.equal(findVerdict(records, 'production', b, plain), undefined);
    assertWaits(decideWith([...runsA, ...records]));
  });
});

describe('the hash of a gate', () => {
  it('is what it was without an approval, another with one, and the same for whoever and however long', () => {
    assert.equal(gateHash({ checks: [] }), 'eb974a7f5ec1');
    assert.notEqual(gateHash(asked), gateHash(plain));
    assert.equal(gateHash({ ...plain, approval: { expiresHours: 1, approvers: ['drone:ann'] } }), gateHash(asked));
  });
});

describe('for arbitrary ledgers', () => {
  const candidates = ['a', 'b', 'c'].map(candidate);
  const some = fc.constantFrom(...candidates);
  const approvals = fc.record({
    of: some,
    environment: fc.constantFrom('production', 'pilot'),
    verdict: fc.constantFrom('approved' as const, 'refused' as const),
    person: fc.constantFrom('drone:ann', 'drone:bob', 'drone:eve'),
    hours: fc.integer({ min: -5, max: 5 }),
  });
  const record: fc.Arbitrary<LedgerRecord> = fc.oneof(
    approvals.map(({ of, hours, ...more }) =>
      approval(of, { ...more, expiresAt: new Date(now.getTime() + hours * 3_600_000).toISOString() }),
    ),
    some.map((of) => tested(of, asked)),
    some.map((of) => again(of)),
    some.map((of) => verdict(of, plain, 'passed')),
    fc.tuple(some, some).map(([to, over]) => rollback(to, over)),
  );

  it('an approval of one candidate never lets another through', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), some, (records, offered) => {
        const other = records.map((each) =>
          each.kind === 'approval' && sameCandidate(each.candidate, offered)
            ? { ...each, verdict: 'refused' as const }
            : each,
        );
        const decision = decideWith(other, offered);
        // Without one of its own, and without ever having run, nothing offered is taken.
        if (decision.rollback === undefined) assert.equal(decision.take, undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('what is taken has the last word of an approver for it, not expired', () => {
    const by: Gate = { ...plain, approval: { expiresHours: 1, approvers: ['drone:ann', 'drone:bob'] } };
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), some, (records, offered) => {
        const decision = decideWith(records, offered, by);
        const mine = records.filter(
          (each) =>
            each.kind === 'approval' && each.environment === 'production' && sameCandidate(each.candidate, offered),
        );
        const last = mine.findLast(
          (each) => each.kind === 'approval' && (each.verdict === 'refused' || each.person !== 'drone:eve'),
        );
        const holds =
          last?.kind === 'approval' && last.verdict === 'approved' && Date.parse(last.expiresAt ?? '') > now.getTime();
        if (decision.rollback === undefined) assert.equal(decision.take !== undefined, holds);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a name for a candidate', () => {
  const two: Candidate = { ...a, frontend: { ...b['discounts']!, service: 'frontend' } };
  const digest = digestsOf(a)['discounts'] ?? '';

  it('is its key, a digest or a commit, with at least twelve characters', () => {
    const named = (word: string, by: 'candidate' | 'commit' = 'candidate') => notNamed(word, by, a, undefined);
    for (const word of [candidateKey(a), digest, digest.slice(0, 19), digest.slice(7)])
      assert.equal(named(word), undefined);
    assert.equal(named('a'.repeat(40), 'commit'), undefined);
    for (const word of ['', 'a', digest.slice(0, 18), 'latest', '$(reboot)'])
      assert.match(named(word) ?? '', /is not 12/);
    assert.match(named('b'.repeat(64)) ?? '', /^that is not b+$/);
    assert.match(named('b'.repeat(40), 'commit') ?? '', /nothing offered is built from commit b+/);
  });

  it('names all of it: one release does so only when nothing else is new', () => {
    assert.equal(notNamed(candidateKey(two), 'candidate', two, undefined), undefined);
    const problem = notNamed(digest, 'candidate', two, undefined);
    assert.equal(problem, `${digest} names only a part of it: frontend sha256:bbbbbbbbbbbb would come along`);
    assert.match(notNamed('a'.repeat(40), 'commit', two, { ...two, ...c }) ?? 'named', /^named$/);
    assert.match(notNamed('a'.repeat(40), 'commit', two, { ...two, frontend: c['discounts']! }) ?? '', /come along/);
  });
});

describe('the words of now', () => {
  it('hold for as long as config says', () => {
    assert.equal(expiryOf({ expiresHours: 72, approvers: [] }, now), '2026-01-05T00:00:00.000Z');
    const question = { environment: 'production', candidate: b, rule, records: [approval(b)], now };
    assert.equal(approvalOf(question).state, 'approved');
    assert.deepEqual(approvalOf({ ...question, candidate: c }), { state: 'missing' });
    assert.equal(gateFor(runsA, 'production', b, asked), asked);
  });
});

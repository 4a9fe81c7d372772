import assert from 'node:assert/strict';
import fc from 'fast-check';
import { candidateOf, isKnown, isPutBack, nameIn } from '../../releases/adoption';
import { approvalOf } from '../../releases/approval';
import { decide } from '../../releases/decision';
import { findVerdict, lastCutover, lastPass, type LedgerRecord } from '../../releases/ledger';
import { formatRecord, parseLedger } from '../../releases/ledger-text';
import { history, setbackOf } from '../../releases/history';
import { releaseBefore } from '../../releases/rollback';
import { outdated } from '../../releases/retention';
import { lastBrokenSwitch, openSwitch } from '../../releases/switches';
import type { Gate } from '../../releases/types';
import {
  adopted,
  again,
  approval,
  candidate,
  cutover,
  gate,
  releasesOf,
  rollback,
  switched,
  takenBack,
  tested,
  verdict,
} from './fixtures';

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
const environment = 'production';
const now = new Date('2026-01-02T00:00:00Z');
const rule = { expiresHours: 72, approvers: ['ann'] };
const asking: Gate = { ...gate('/'), approval: rule };
const decideWith = (records: LedgerRecord[], offer: typeof a | undefined, by: Gate | null = asking) =>
  decide({ environment, offer, gate: by ?? undefined, records, releasesOf, now });

describe('what an environment serves', () => {
  it('is known when it was switched to last, or was about to be since', () => {
    assert.equal(isKnown([cutover(a)], environment, a), true);
    assert.equal(isKnown([adopted(a)], environment, a), true);
    assert.equal(isKnown([cutover(a), switched(b, a)], environment, b), true);
    // Its watch has failed, and the run was killed before the edge went back.
    assert.equal(isKnown([cutover(a), switched(b, a), takenBack(b, a)], environment, b), true);
    assert.equal(isKnown([cutover(a), switched(b, a), takenBack(b, a)], environment, a), true);
  });

  it('is unknown to a ledger that is empty, has lost its end, or is about another environment', () => {
    assert.equal(isKnown([], environment, a), false);
    assert.equal(isKnown([cutover(a), switched(b, a), cutover(b)], environment, c), false);
    assert.equal(isKnown([cutover(a), switched(b, a), cutover(b)], environment, a), false);
    assert.equal(isKnown([cutover(a, 'staging')], environment, a), false);
    // It was taken back, and has been deployed all the same since.
    const back = [cutover(a), switched(b, a), takenBack(b, a)];
    assert.equal(isKnown(back, environment, b, b), false);
    assert.equal(isKnown(back, environment, b, a), true);
    assert.equal(isKnown(back, environment, a, a), true);
    // So is one whose state says that it is deployed, though its switch has no end: that line was lost.
    assert.equal(isKnown([cutover(a), switched(b, a)], environment, b, b), false);
    assert.equal(isKnown([cutover(c), cutover(a), switched(b, a)], environment, b, b), false);
    // Of a first deployment that was killed nobody has said that it stays.
    assert.equal(isKnown([switched(a, null)], environment, a), false);
  });

  it('is the same when the ledger tells of a service that is gone since', () => {
    const two = { ...a, api: { ...a['discounts']!, service: 'api' } };
    assert.equal(isKnown([cutover(two)], environment, a), true);
    assert.equal(isKnown([cutover(a)], environment, two), false);
  });

  it('is a candidate only when all of it serves, with what images say of themselves', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const image = `registry.example.com:5500/shop/api:1.4@${digest}`;
    const labels = {
      'org.opencontainers.image.revision': 'c0ffee',
      'sluice.commit.message': 'An API',
      'sluice.tag': '1.4',
    };
    const api = { image, digest, labels };
    assert.deepEqual(candidateOf(['api'], { api, db: undefined }), {
      api: {
        service: 'api',
        image: 'registry.example.com:5500/shop/api',
        digest,
        revision: 'c0ffee',
        message: 'An API',
        tag: '1.4',
      },
    });
    assert.equal(candidateOf(['api', 'db'], { api, db: undefined }), undefined);
  });

  it('has the image’s name without tag and digest', () => {
    assert.equal(nameIn('localhost:5500/discounts'), 'localhost:5500/discounts');
    assert.equal(nameIn('localhost:5500/discounts:1.4'), 'localhost:5500/discounts');
    assert.equal(nameIn('discounts:1.4@sha256:aa'), 'discounts');
    assert.equal(nameIn('localhost:5500/discounts@sha256:aa'), 'localhost:5500/discounts');
  });
});

describe('what adoption is worth', () => {
  const stricter: Gate = { ...asking, checks: [...asking.checks, ...gate('/other').checks] };
  const record = { ...adopted(a), gate: asking };

  it('is a pass of every gate while nothing else was deployed, afterwards of the gate of then', () => {
    assert.equal(findVerdict([record], environment, a, stricter)?.verdict, 'passed');
    const left = [record, cutover(b)];
    assert.equal(findVerdict(left, environment, a, stricter), undefined);
    assert.equal(findVerdict(left, environment, a, asking)?.verdict, 'passed');
    assert.equal(findVerdict([adopted(a), cutover(b)], environment, a, asking), undefined);
    assert.deepEqual(decideWith([...left, again(a)], a, stricter).pendingApproval?.candidate, a);
  });

  it('is no pass of a gate that has refused it: it is kept as it is while something else is kept out', () => {
    const records = [verdict(a, asking, 'refused'), record];
    assert.equal(findVerdict(records, environment, a, asking)?.verdict, 'refused');
    assert.deepEqual(decideWith(records, b, asking).take, { candidate: a });
  });

  it('puts nothing back that was left behind, unless somebody says so', () => {
    assert.equal(isPutBack([cutover(a), cutover(b)], environment, a), true);
    assert.equal(isPutBack([cutover(b)], environment, a), false);
    assert.equal(isPutBack([cutover(a), rollback(a, b)], environment, a), false);
    assert.equal(isPutBack([cutover(a), again(a)], environment, a), false);
  });

  it('is what runs as far as nothing else is offered', () => {
    const two = (x: string, y: string) => ({
      ...candidate(x),
      other: { ...candidate(y)['discounts']!, service: 'other' },
    });
    const records = [cutover(two('a', 'a')), cutover(two('b', 'a')), cutover(two('b', 'b'))];
    const runs = two('b', 'b');
    // Each by itself has run here, whatever it ran beside.
    assert.equal(isPutBack(records, environment, two('a', 'b'), runs), true);
    assert.equal(isPutBack(records, environment, two('b', 'a'), runs), true);
    assert.equal(isPutBack(records, environment, two('a', 'c'), runs), false);
    assert.equal(isPutBack(records, environment, two('c', 'b'), runs), false);
    assert.equal(isPutBack(records, environment, runs, runs), false);
    // A service that what runs has not: somebody's configuration has it join.
    assert.equal(isPutBack(records, environment, two('a', 'b'), a), false);
    assert.equal(isPutBack([...records, again(two('a', 'b'))], environment, two('a', 'b'), runs), false);
    assert.equal(isPutBack([...records, again(two('a', 'a'))], environment, two('a', 'b'), runs), true);
  });

  it('counts neither what was said before the last switch to it nor what another environment did', () => {
    assert.equal(isPutBack([cutover(a), rollback(a, b), cutover(a), cutover(b)], environment, a), true);
    assert.equal(isPutBack([again(a), cutover(a), cutover(b)], environment, a), true);
    assert.equal(isPutBack([cutover(a, 'staging')], environment, a), false);
    assert.equal(isPutBack([cutover(a), { ...rollback(a, b), environment: 'staging' }], environment, a), true);
  });
});

describe('what was adopted', () => {
  it('is read back', () => {
    assert.deepEqual(parseLedger(formatRecord(adopted(a))), [adopted(a)]);
  });

  it('is a cutover to exactly that, there', () => {
    assert.equal(lastCutover([cutover(b), adopted(a)], environment)?.candidate, a);
    assert.equal(lastCutover([adopted(a)], 'staging'), undefined);
    assert.equal(openSwitch([switched(b, a), adopted(a)], environment), undefined);
    assert.equal(lastBrokenSwitch([switched(a, null), adopted(a)], environment), undefined);
  });

  it('is a pass of exactly that, there, whatever the gate', () => {
    assert.equal(findVerdict([adopted(a)], environment, a, gate('/any'))?.verdict, 'passed');
    assert.equal(findVerdict([adopted(a)], environment, b, gate('/any')), undefined);
    assert.equal(findVerdict([adopted(a)], 'staging', a, gate('/any')), undefined);
    assert.deepEqual(lastPass([adopted(a)], environment, a, gate('/now'))?.gate, gate('/now'));
    // What is said later counts.
    const refused = verdict(a, gate('/'), 'refused');
    assert.equal(findVerdict([adopted(a), refused], environment, a, gate('/')), refused);
  });

  it('needs no approval and no test, and keeps what it is while another waits or stands refused', () => {
    const records = [adopted(a)];
    assert.deepEqual(decideWith(records, a), { take: { candidate: a, gate: asking } });
    const waits = decideWith(records, b);
    assert.deepEqual(waits.take, { candidate: a, gate: asking });
    assert.equal(waits.pendingApproval?.candidate, b);
    const refused = verdict(b, gate('/'), 'refused');
    assert.deepEqual(decideWith([...records, refused], b, gate('/')), {
      take: { candidate: a, gate: gate('/') },
      refusal: refused,
    });
    assert.deepEqual(decideWith(records, undefined, gate('/')).take, { candidate: a, gate: gate('/') });
    assert.equal(approvalOf({ environment, candidate: a, rule, records, now }).state, 'missing');
  });

  it('lets nothing else in', () => {
    assert.equal(decideWith([adopted(a)], b).pendingApproval?.candidate, b);
    assert.equal(decideWith([adopted(b, 'staging')], b).pendingApproval?.candidate, b);
  });

  it('ends the refusal of a watch that came before', () => {
    assert.deepEqual(decideWith([cutover(a), switched(b, a), takenBack(b, a), adopted(b)], b, null), {
      take: { candidate: b },
    });
  });

  it('can be gone back to, and stays kept', () => {
    const records = [adopted(a), cutover(b)];
    assert.equal(releaseBefore(records, environment), a);
    assert.deepEqual(outdated([...records, cutover(c)], { [environment]: 3 }), []);
    assert.deepEqual(
      outdated([...records, cutover(c)], { [environment]: 2 }).map((each) => each.candidate),
      [a],
    );
  });

  it('is told by history, and is no setback', () => {
    const [event] = history([adopted(a)], environment);
    assert.deepEqual(
      [event?.what, event?.from, event?.summary],
      ['adopted', null, 'found running; the ledger did not tell that it does'],
    );
    assert.equal(history([adopted(a), cutover(b)], environment).at(-1)?.from?.['discounts'], a['discounts']?.digest);
    assert.equal(setbackOf([cutover(a), takenBack(b, a), adopted(c)], environment), undefined);
  });
});

describe('an environment of which something is known to serve', () => {
  const some = fc.constantFrom(a, b, c);
  const record: fc.Arbitrary<LedgerRecord> = fc.oneof(
    some.map((of) => verdict(of, gate('/'), 'passed')),
    some.map((of) => verdict(of, gate('/'), 'refused')),
    some.map((of) => verdict(of, asking, 'passed')),
    some.map((of) => tested(of, asking)),
    some.map((of) => approval(of)),
    some.map((of) => approval(of, { verdict: 'refused', expiresAt: null })),
    some.map((of) => cutover(of)),
    some.map((of) => again(of)),
    fc.tuple(some, fc.option(some)).map(([of, from]) => switched(of, from)),
    fc.tuple(some, some).map(([of, to]) => takenBack(of, to)),
    fc.tuple(some, fc.option(some)).map(([of, over]) => rollback(of, over)),
  );
  const question = fc.record({
    before: fc.array(record, { maxLength: 8 }),
    serves: some,
    after: fc.array(record, { maxLength: 8 }),
    offer: fc.option(some, { nil: undefined }),
    by: fc.constantFrom<Gate | null>(null, gate('/'), asking, { checks: [] }),
  });

  it('is never told to take nothing', () => {
    fc.assert(
      fc.property(question, ({ before, serves, after, offer, by }) => {
        assert.notEqual(decideWith([...before, adopted(serves), ...after], offer, by).take, undefined);
      }),
    );
  });

  it('takes what is adopted as it is, or what is offered: nothing else comes up', () => {
    fc.assert(
      fc.property(question, ({ before, serves, offer, by }) => {
        const records = [...before.filter(({ kind }) => kind !== 'rollback'), adopted(serves)];
        const { take } = decideWith(records, offer, by);
        assert.ok(take?.candidate === serves || take?.candidate === offer);
      }),
    );
  });
});

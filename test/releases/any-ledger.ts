import * as fc from 'fast-check';
import { isKnown, isPutBack } from '../../releases/adoption';
import { approvalOf, gateFor } from '../../releases/approval';
import { decide } from '../../releases/decision';
import { setbackOf } from '../../releases/history';
import { isLetIn } from '../../releases/let-in';
import { findTested, findVerdict, lastCutover, lastPass, type LedgerRecord } from '../../releases/ledger';
import { asNamedBefore, isFirstInPart } from '../../releases/offer';
import { outdated } from '../../releases/retention';
import { namedRelease, releaseBefore } from '../../releases/rollback';
import { lastBrokenSwitch, openSwitch } from '../../releases/switches';
import type { ApprovalRule, Candidate, Gate } from '../../releases/types';
import {
  adopted,
  again,
  approval,
  candidate,
  cutover,
  gate,
  releasesOf,
  retiredOf,
  rollback,
  switched,
  takenBack,
  tested,
  unhealthy,
  verdict,
} from './fixtures';

const withFrontend = (of: Candidate, character: string): Candidate => ({
  ...of,
  frontend: { ...candidate(character)['discounts']!, service: 'frontend' },
});

/** Few, so that the same come again: of one service, and of two. */
export const candidates = [
  candidate('a'),
  candidate('b'),
  withFrontend(candidate('a'), 'c'),
  withFrontend(candidate('b'), 'c'),
];

const rules: ApprovalRule[] = [
  { expiresHours: 72, approvers: [] },
  { expiresHours: 72, approvers: ['drone:ann'], fourEyes: true },
];
const gates: Gate[] = [gate('/'), gate('/other'), { ...gate('/'), approval: rules[0]! }];
const digests = [undefined, { discounts: 'sha256:1' }, { discounts: 'sha256:2' }];
const environments = ['production', 'staging'];

const one = <T>(of: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...of);
const some = one(candidates);

const record: fc.Arbitrary<LedgerRecord> = fc.oneof(
  fc
    .record({ of: some, gate: one(gates), what: one(['passed', 'refused', 'unknown'] as const), digests: one(digests) })
    .map(({ of, gate: by, what, digests: upstream }) => ({
      ...verdict(of, by, what),
      ...(upstream && { digests: upstream }),
    })),
  fc
    .record({ of: some, gate: one(gates), upstream: one(['staging', 'dev']) })
    .map(({ of, gate: by, upstream }) => ({ ...tested(of, by), upstream })),
  fc
    .record({
      of: some,
      what: one(['approved', 'refused'] as const),
      person: one(['drone:ann', 'drone:bob', 'ann']),
      pushers: one([undefined, [], ['drone:bob']]),
      expiresAt: one(['2026-01-04T00:00:00Z', '2025-01-04T00:00:00Z', null]),
    })
    .map(({ of, what, pushers, ...more }) => approval(of, { verdict: what, ...more, ...(pushers && { pushers }) })),
  fc.tuple(some, fc.option(some)).map(([of, from]) => switched(of, from)),
  some.map((of) => cutover(of)),
  some.map((of) => cutover(of)),
  fc.tuple(some, one([undefined, ...gates])).map(([of, by]) => ({ ...adopted(of), ...(by && { gate: by }) })),
  fc.tuple(some, some).map(([of, to]) => takenBack(of, to)),
  some.map(unhealthy),
  fc.tuple(some, fc.option(some)).map(([to, over]) => rollback(to, over)),
  some.map(again),
  some.map(retiredOf),
  fc.tuple(some, some).map(([of, newer]): LedgerRecord => ({ ...again(of), kind: 'superseded', newer })),
);

/** A record of production, more rarely of staging. Each has a time of its own when it is in a ledger ({@link timed}). */
export const anyRecord: fc.Arbitrary<LedgerRecord> = fc
  .tuple(record, fc.integer({ min: 0, max: 9 }))
  .map(([each, rarely]) => (rarely === 0 ? { ...each, environment: 'staging' } : each));

/** The same records, each another object with a time of its own. */
export function timed<T>(records: readonly (LedgerRecord | T)[], from = 0): (LedgerRecord | T)[] {
  return records.map((each, index) =>
    typeof each === 'object' && each !== null && 'kind' in each
      ? { ...each, at: new Date(Date.UTC(2026, 0, 1) + (from + index) * 1000).toISOString() }
      : each,
  );
}

/** Each says what a candidate is with the services beside it: two candidates may be the same. */
export const besides: Record<string, (of: Candidate) => ReturnType<typeof releasesOf>> = {
  alone: releasesOf,
  'with what runs beside it': (of) => releasesOf({ ...candidates[2], ...of }),
};

/** What every decision that is about one candidate says of production's ledger. @param sets the releases that candidates would be */
export function decisionsAbout(records: readonly LedgerRecord[], of: Candidate, sets = releasesOf): unknown {
  const now = new Date('2026-01-02T00:00:00Z');
  const environment = 'production';
  const asked = [...gates, { ...gate('/'), approval: rules[1]! }];
  const upstreams = [undefined, ...digests.map((each) => ({ name: 'staging', ...(each && { digests: each }) }))];
  const runs = lastCutover(records, environment)?.candidate;
  return {
    runs: [lastCutover(records, environment), openSwitch(records, environment), lastBrokenSwitch(records, environment)],
    setback: setbackOf(records, environment),
    known: candidates.flatMap((serves) =>
      [undefined, ...candidates].map((deployed) => isKnown(records, environment, serves, deployed)),
    ),
    putBack: [undefined, runs, ...candidates].map((each) => isPutBack(records, environment, of, each)),
    approvals: rules.map((rule) => approvalOf({ environment, candidate: of, rule, records, now })),
    first: isFirstInPart({ candidate: of, withoutRelease: ['x'] }, {}, records, environment),
    letIn: isLetIn(records, environment, of),
    gates: asked.map((by) => [
      lastPass(records, environment, of, by),
      ...upstreams.flatMap((upstream) => [
        findVerdict(records, environment, of, by, upstream),
        findTested(records, environment, of, by, upstream),
        gateFor(records, environment, of, by, upstream),
      ]),
    ]),
    decided: [of, undefined].flatMap((offer) =>
      [undefined, ...asked].flatMap((by) =>
        [undefined, upstreams[2]].flatMap((upstream) =>
          [false, true].flatMap((flag) => {
            const question = { environment, offer, gate: by, records, releasesOf: sets, now };
            return [
              decide({ ...question, upstream, inPlace: flag, pinsAnother: flag }),
              decide({ ...question, repair: flag, built: ['discounts'] }),
            ];
          }),
        ),
      ),
    ),
  };
}

/** What every decision says of a ledger. */
export function everyDecision(records: readonly LedgerRecord[]): unknown {
  const now = new Date('2026-01-02T00:00:00Z');
  const upstreams = [undefined, ...digests.map((each) => ({ name: 'staging', ...(each && { digests: each }) }))];
  const kept = records.filter(({ kind }) => kind !== 'retired');
  const built = { discounts: { repository: 'r' }, frontend: { build: 'b' } };
  return environments.map((environment) => ({
    cutover: lastCutover(records, environment),
    before: [records, kept].map((each) => releaseBefore(each, environment)),
    named: [records, kept].flatMap((each) => ['a', 'b', 'c', ''].map((to) => namedRelease(each, environment, to))),
    outdated: [1, 2].map((retain) => outdated(records, { [environment]: retain, dev: 1 })),
    switches: [openSwitch(records, environment), lastBrokenSwitch(records, environment)],
    setback: setbackOf(records, environment),
    ofEach: candidates.map((of) => ({
      known: [undefined, ...candidates].map((deployed) => isKnown(records, environment, of, deployed)),
      putBack: [undefined, ...candidates].map((runs) => isPutBack(records, environment, of, runs)),
      approvals: rules.map((rule) => approvalOf({ environment, candidate: of, rule, records, now })),
      named: asNamedBefore(built, of, of, records, environment),
      first: isFirstInPart({ candidate: of, withoutRelease: ['x'] }, {}, records, environment),
      gates: gates.map((by) => ({
        pass: lastPass(records, environment, of, by),
        of: upstreams.map((upstream) => [
          findVerdict(records, environment, of, by, upstream),
          findTested(records, environment, of, by, upstream),
          gateFor(records, environment, of, by, upstream),
        ]),
      })),
    })),
    decided: [undefined, ...candidates].flatMap((offer) =>
      [undefined, ...gates, { ...gate('/'), approval: rules[1]! }].flatMap((by) =>
        [undefined, upstreams[2]].flatMap((upstream) =>
          [false, true].flatMap((flag) => [
            decide({
              environment,
              offer,
              gate: by,
              upstream,
              records,
              releasesOf,
              now,
              inPlace: flag,
              pinsAnother: flag,
            }),
            decide({ environment, offer, gate: by, records, releasesOf, now, repair: flag, built: ['discounts'] }),
          ]),
        ),
      ),
    ),
  }));
}

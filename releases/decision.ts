import { isPutBack } from './adoption';
import { wantedSince } from './again';
import { approvalOf, checksOnly, gateFor } from './approval';
import {
  findLast,
  findTested,
  findVerdict,
  isSettled,
  lastCutover,
  lastPass,
  sameCandidate,
  sameReleases,
  type ApprovalRecord,
  type ReleaseSet,
  type LedgerRecord,
  type RollbackRecord,
  type TakenBackRecord,
  type TestedRecord,
  type UnhealthyRecord,
  type VerdictRecord,
} from './ledger';
import type { UpstreamState } from './pass-key';
import type { Candidate, Gate } from './types';

/** What an environment does in this update. */
export interface Decision {
  /**
   * What it takes, and the gate that this has to pass or has passed; no gate for an environment that has none, and for
   * what it was switched to before it had one. Undefined: nothing to take yet.
   */
  take?: Taken;
  /** The refusal that keeps the offered candidate out. The update reconciles `take`, says so and fails. */
  refusal?: VerdictRecord | TakenBackRecord | UnhealthyRecord | ApprovalRecord;
  /** What nobody has approved yet. The update reconciles `take` and has the checks run. No failure. */
  pendingApproval?: PendingApproval;
  /** What the gate has refused, and somebody wants tested again. The update reconciles `take` and has the checks run; the next one takes it. */
  retest?: PendingTest;
  /** What is offered and has run here before what runs now: nobody has asked for it. The update reconciles `take`. No failure. */
  older?: Candidate;
  /** Somebody's word that keeps the offered candidate out, while nothing else is offered. No failure. */
  rollback?: RollbackRecord;
}

/** A candidate whose checks are to run once more. */
export interface PendingTest {
  candidate: Candidate;
  gate: Gate;
  /** What its checks test; absent: whichever. */
  upstream?: UpstreamState;
  /** ISO 8601: when somebody has asked for it. */
  wantedAt: string;
}

/** A candidate with the gate that it has to pass or has passed. */
export interface Taken {
  candidate: Candidate;
  gate?: Gate;
  /** What the gate tests, or has tested then; absent: whichever. */
  upstream?: UpstreamState;
}

/** A candidate that a person has to approve before an environment takes it. */
export interface PendingApproval {
  candidate: Candidate;
  gate: Gate;
  /** What its checks test; absent: whichever. */
  upstream?: UpstreamState;
  /** What its checks have said; undefined before they ran. */
  testResult?: TestedRecord | VerdictRecord;
  /** The approval that was given and not used in time. */
  expiredApproval?: ApprovalRecord;
}

/** What a decision is made of. */
export interface Question {
  environment: string;
  /** What upstream has deployed, or the channel holds; undefined before the first. */
  offer: Candidate | undefined;
  /** Undefined for an environment that promotes from none. */
  gate: Gate | undefined;
  /** What the gate tests; undefined: a pass counts whatever it was won against. */
  upstream?: UpstreamState | undefined;
  /** Some image that the environment pins itself is another than the one that runs, and is part of the pass. @default false */
  pinsAnother?: boolean;
  /** Services that are not older by being offered: somebody has just built them here. @default none */
  built?: readonly string[];
  records: readonly LedgerRecord[];
  /** The releases that a candidate would be, with the settings of now. */
  releasesOf: (candidate: Candidate) => ReleaseSet;
  /**
   * A new release takes the place of the former one before anybody knows that it becomes healthy. Then one that did not is as good as
   * taken back: each further try would interrupt what serves. @default false
   */
  inPlace?: boolean;
  /** Something of what it was last switched to does not run: that is put right, and nothing new is asked about. @default false */
  repair?: boolean;
  now: Date;
}

/**
 * Decides what an environment is to run.
 *
 * The offered candidate, unless its gate has refused it, its watch has taken it back, or it had to be put back where releases take each
 * other's place: a recorded refusal is not tried
 * again by itself. While it stands, the environment keeps what it was last switched to, under the gate that let it through. So
 * it does while upstream offers nothing: an environment that gets a gate, or another upstream, goes on with what it runs.
 * A refusal holds until somebody wants it tried again; one by a gate also until the gate is another, one by a watch
 * until the settings are others, one by a person until somebody approves.
 *
 * So it keeps what it runs, too, while what is offered is older than that: upstream has gone back, and this environment does not follow by
 * itself; and while the offered candidate waits for an approval: only what has been approved gets a
 * promotion, whose output the images come from.
 */
export function decide(o: Question): Decision {
  const repaired = o.repair === true ? kept(o) : undefined;
  if (repaired !== undefined) return { take: repaired };
  const rollback = rollbackFor(o);
  if (rollback !== undefined) return { take: goingBack(o, rollback), rollback };
  if (o.offer === undefined) return { take: kept(o) };
  const refusal = refusalOf(o, o.offer);
  if (refusal !== undefined) return { take: kept(o), refusal };
  if (isOlder(o, o.offer)) return { take: kept(o), older: o.offer };
  const retest = retestOf(o, o.offer);
  if (retest !== undefined) return { take: kept(o), retest };
  const pendingApproval = waitingFor(o, o.offer);
  if (pendingApproval !== undefined) return { take: kept(o), pendingApproval };
  return { take: taking(o, o.offer) };
}

/** What a rollback has come to stays as it is, also under a gate that has changed since; before, it needs that gate's pass. */
function goingBack(o: Question, { candidate }: RollbackRecord): Decision['take'] {
  const now = lastCutover(o.records, o.environment);
  const runs = now !== undefined && sameCandidate(now.candidate, candidate);
  return runs ? kept(o) : taking(o, candidate, 'has been run before');
}

/** Whether the environment has left this candidate behind: whoever wants it back says so. */
function isOlder({ records, environment, built = [] }: Question, offered: Candidate): boolean {
  const runs = lastCutover(records, environment)?.candidate;
  if (runs === undefined) return false;
  // What somebody has just built is what he wants, whether or not it has run before.
  const fresh = Object.fromEntries(Object.entries(offered).filter(([service]) => built.includes(service)));
  return isPutBack(records, environment, offered, { ...runs, ...fresh });
}

/**
 * A candidate with the gate that it has to pass.
 * @param known that it has been run before: whoever puts an environment back to it says so himself, and needs its checks' pass
 *   alone
 */
function taking(question: Question, candidate: Candidate, known?: 'has been run before'): Taken {
  const { gate, records, environment, upstream } = question;
  if (gate === undefined) return { candidate };
  if (known === undefined) {
    const state = stateFor(question, candidate);
    const asked = gateFor(records, environment, candidate, gate, state);
    const passed = passIn(findVerdict(records, environment, candidate, asked, state));
    if (upstream === undefined) return { candidate, gate: asked };
    return { candidate, gate: asked, ...(passed === undefined ? { upstream } : wonAgainst(upstream, passed)) };
  }
  const checks = checksOnly(gate);
  const pass = passIn(findVerdict(records, environment, candidate, gate));
  const tested = pass ?? findTested(records, environment, candidate, checks);
  return { candidate, gate: pass === undefined ? checks : gate, ...wonAgainst(upstream, tested) };
}

/**
 * What a pass of the candidate has to have been won against. While an environment would change nothing, it is not asked again for what else
 * upstream serves by now.
 */
function stateFor(
  { environment, records, upstream, pinsAnother = false }: Question,
  candidate: Candidate,
): UpstreamState | undefined {
  const now = lastCutover(records, environment);
  const changesNothing = now !== undefined && !pinsAnother && sameCandidate(now.candidate, candidate);
  return upstream !== undefined && changesNothing ? { name: upstream.name } : upstream;
}

function passIn(verdict: VerdictRecord | undefined): VerdictRecord | undefined {
  return verdict?.verdict === 'passed' ? verdict : undefined;
}

/** What a pass was won against; nothing of what was adopted, which no gate has tested. */
function wonAgainst(
  now: UpstreamState | undefined,
  pass: VerdictRecord | TestedRecord | undefined,
): Pick<Taken, 'upstream'> {
  if (now === undefined) return {};
  if (pass === undefined || pass.upstream === '') return { upstream: { name: now.name } };
  const { upstream: name, digests } = pass;
  return { upstream: { name, ...(digests === undefined ? {} : { digests }) } };
}

function waitingFor(question: Question, candidate: Candidate): PendingApproval | undefined {
  const { gate, records, environment, now } = question;
  const upstream = stateFor(question, candidate);
  if (gate?.approval === undefined) return undefined;
  // A pass was let through when it was recorded: it needs no other approval, whatever has expired since.
  if (passIn(findVerdict(records, environment, candidate, gate, upstream)) !== undefined) return undefined;
  if (gateFor(records, environment, candidate, gate, upstream).approval === undefined) return undefined;
  const approval = approvalOf({ environment, candidate, rule: gate.approval, records, now });
  if (approval.state !== 'missing') return undefined;
  const testResult = findTested(records, environment, candidate, gate, upstream);
  return {
    candidate,
    gate,
    ...(question.upstream && { upstream: question.upstream }),
    ...(testResult === undefined ? {} : { testResult }),
    ...(approval.expired === undefined ? {} : { expiredApproval: approval.expired }),
  };
}

function refusalOf(o: Question, offered: Candidate): Decision['refusal'] {
  const state = stateFor(o, offered);
  const gate = o.gate === undefined ? undefined : gateFor(o.records, o.environment, offered, o.gate, state);
  const verdict = gate === undefined ? undefined : findVerdict(o.records, o.environment, offered, gate, state);
  if (verdict?.verdict === 'refused' && !wanted(o, offered, verdict)) return verdict;
  if (gate?.approval !== undefined) {
    const approval = approvalOf({ ...o, candidate: offered, rule: gate.approval });
    if (approval.state === 'refused') return approval.record;
  }
  const releases = o.releasesOf(offered);
  const back = lastBack(o, (record) => sameReleases(record.releases, releases));
  if (back === undefined || wanted(o, offered, back)) return undefined;
  const since = o.records.slice(o.records.indexOf(back)).filter(isSettled);
  if (since.some((record) => record.environment === o.environment && sameReleases(record.releases, releases))) {
    return undefined;
  }
  // Only its settings were bad: there is no other release to keep, and whoever changes settings says so himself.
  const now = lastCutover(o.records, o.environment);
  return now !== undefined && sameCandidate(now.candidate, offered) ? undefined : back;
}

/** The last time that an environment went back from a release for which this holds. */
function lastBack(
  { records, environment, inPlace = false }: Question,
  holds: (record: TakenBackRecord | UnhealthyRecord) => boolean,
): TakenBackRecord | UnhealthyRecord | undefined {
  return records.findLast(
    (record): record is TakenBackRecord | UnhealthyRecord =>
      record.environment === environment &&
      (record.kind === 'taken-back' || (inPlace && record.kind === 'unhealthy')) &&
      holds(record),
  );
}

function wanted({ records, environment }: Question, candidate: Candidate, refusal: LedgerRecord): boolean {
  return wantedSince(records, environment, candidate, refusal) !== undefined;
}

/**
 * What its gate has refused and somebody wants tested again, while something runs that is reconciled meanwhile. Where nothing runs, the gate
 * itself tests it.
 */
function retestOf(o: Question, candidate: Candidate): PendingTest | undefined {
  const { records, environment, gate, upstream } = o;
  if (gate === undefined || lastCutover(records, environment) === undefined) return undefined;
  const state = stateFor(o, candidate);
  const asked = gateFor(records, environment, candidate, gate, state);
  const verdict = findVerdict(records, environment, candidate, asked, state);
  if (verdict?.verdict !== 'refused') return undefined;
  // Its checks have passed since, and now it is people's turn.
  if (findTested(records, environment, candidate, asked, state) !== undefined) return undefined;
  const again = wantedSince(records, environment, candidate, verdict);
  return again && { candidate, gate: asked, ...(upstream && { upstream }), wantedAt: again.at };
}

/** The rollback that is in force: what was offered then is still offered, and nothing has been said or taken back since. */
function rollbackFor(o: Question): RollbackRecord | undefined {
  const said = findLast(o.records, 'rollback', o.environment);
  if (said === undefined || !sameOffer(said.over, o.offer ?? null)) return undefined;
  if (o.offer !== undefined && wanted(o, o.offer, said)) return undefined;
  const failed = lastBack(o, (record) => sameCandidate(record.candidate, said.candidate));
  return failed === undefined || o.records.indexOf(failed) < o.records.indexOf(said) ? said : undefined;
}

function sameOffer(then: Candidate | null, now: Candidate | null): boolean {
  return then === null || now === null ? then === now : sameCandidate(then, now);
}

/**
 * What an environment was last switched to, with the gate that it passed. One that had no gate then was switched to it
 * without; nothing new gets in that way, because behind a gate the ledger's cutovers are of what has passed.
 */
function kept({ records, environment, gate, upstream }: Question): Decision['take'] {
  const cutover = lastCutover(records, environment);
  if (cutover === undefined) return undefined;
  const pass = gate === undefined ? undefined : lastPass(records, environment, cutover.candidate, gate);
  if (pass === undefined) return { candidate: cutover.candidate };
  return { candidate: pass.candidate, gate: pass.gate, ...wonAgainst(upstream, pass) };
}

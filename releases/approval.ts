import { findLast, findVerdict, lastCutover, sameCandidate, type ApprovalRecord, type LedgerRecord } from './ledger';
import { candidateKey, shortDigest } from './names';
import type { UpstreamState } from './pass-key';
import { realmOf } from './people';
import { sameLogin } from './pushers';
import type { ApprovalRule, Candidate, Gate } from './types';

/** What people have said of a candidate, as far as it counts now. */
export type Approval =
  | { state: 'approved' | 'refused'; record: ApprovalRecord }
  /** `expired`: the approval that was given and not used in time. */
  | { state: 'missing'; expired?: ApprovalRecord };

/** Whose word is asked for: an environment's ledger, what it is about, and the rule and the time of now. */
export interface ApprovalQuestion {
  environment: string;
  candidate: Candidate;
  rule: ApprovalRule;
  records: readonly LedgerRecord[];
  now: Date;
}

/**
 * The last word of those who count, about exactly these images. An approval by somebody who is not among the approvers
 * (any more), or who has pushed some of it where that matters, is none; a refusal stands whoever said it, until one of them approves. What an environment runs is in: a
 * refusal does not take it out, a rollback does.
 */
export function approvalOf({ environment, candidate, rule, records, now }: ApprovalQuestion): Approval {
  const record = findLast(
    records,
    'approval',
    environment,
    (each) => sameCandidate(each.candidate, candidate) && (each.verdict === 'refused' || counts(each, rule)),
  );
  if (record?.verdict === 'refused') {
    return runs(records, environment, candidate) ? { state: 'missing' } : { state: 'refused', record };
  }
  if (record === undefined) return { state: 'missing' };
  // Written so that a time that can't be read lets nothing through.
  const holds = now.getTime() < Date.parse(record.expiresAt ?? '');
  return holds ? { state: 'approved', record } : { state: 'missing', expired: record };
}

/**
 * Whether somebody's approval counts.
 * @param person `drone:ann`; one without a realm, as older versions wrote, has been proved by nobody
 */
export function mayApprove(person: string, { approvers }: ApprovalRule): boolean {
  return realmOf(person) !== undefined && (approvers.length === 0 || approvers.includes(person));
}

/** Whether an approval on record counts by the rule of now. */
function counts(record: ApprovalRecord, rule: ApprovalRule): boolean {
  return mayApprove(record.person, rule) && (rule.fourEyes !== true || isByAnother(record));
}

/**
 * Whether somebody approves what others have pushed. Who has not been compared with those who pushed, as at a terminal and by
 * older versions, may be one of them.
 */
export function isByAnother({ person, pushers }: Pick<ApprovalRecord, 'person' | 'pushers'>): boolean {
  if (pushers === undefined || realmOf(person) === 'os') return false;
  return !pushers.some((pusher) => sameLogin(pusher, person));
}

/** When an approval that is given now stops to hold. */
export function expiryOf({ expiresHours }: ApprovalRule, now: Date): string {
  return new Date(now.getTime() + expiresHours * 3_600_000).toISOString();
}

/** The same gate without its question to people. */
export function checksOnly({ checks }: Gate): Gate {
  return { checks };
}

/**
 * The gate that a candidate has to pass to be run. An approval is asked before it gets in: what an environment runs already,
 * from a time when nobody was asked, say, needs the checks alone.
 * @param upstream what a pass has to have been won against; @default whichever
 */
export function gateFor(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
  gate: Gate,
  upstream?: UpstreamState,
): Gate {
  if (gate.approval === undefined || !runs(records, environment, candidate)) return gate;
  return findVerdict(records, environment, candidate, gate, upstream)?.verdict === 'passed' ? gate : checksOnly(gate);
}

function runs(records: readonly LedgerRecord[], environment: string, candidate: Candidate): boolean {
  const now = lastCutover(records, environment);
  return now !== undefined && sameCandidate(now.candidate, candidate);
}

/**
 * Why a word does not name what is offered; undefined when it does. The beginning of the candidate's key names all of it. A
 * digest (its beginning) or a commit names one release, and with it the candidate if that is all that is new: whoever
 * approves a build has not seen what came along from elsewhere.
 * @param word at least twelve characters, so that no other candidate can be made to have the same name; `by`: a key or digest, or a commit
 * @param running what the environment runs; undefined for nothing
 * @param builds services that the platform builds: they have no commit to be named by, and are shown with what has
 */
export function notNamed(
  word: string,
  by: 'candidate' | 'commit',
  offered: Candidate,
  running: Candidate | undefined,
  builds: readonly string[] = [],
): string | undefined {
  const releases = Object.values(offered);
  const text = word.toLowerCase().replace(/^sha256:/, '');
  if (!/^[0-9a-f]{12,64}$/.test(text))
    return `"${word}" is not 12 characters or more of a ${by === 'commit' ? 'commit' : 'digest'}`;
  if (by === 'candidate' && candidateKey(offered).startsWith(text)) return undefined;
  const named = releases.filter(({ digest, revision }) =>
    by === 'commit' ? revision.startsWith(text) : digest.startsWith(`sha256:${text}`),
  );
  if (named.length === 0)
    return by === 'commit' ? `nothing offered is built from commit ${word}` : `that is not ${word}`;
  const others = releases.filter(
    (release) =>
      !named.includes(release) &&
      running?.[release.service]?.digest !== release.digest &&
      !(by === 'commit' && builds.includes(release.service)),
  );
  if (others.length === 0) return undefined;
  const what = others.map(({ service, digest }) => `${service} ${shortDigest(digest)}`).join(' and ');
  return `${word} names only a part of it: ${what} would come along`;
}

/** `approved by ann: the spring sale may begin` */
export function approvalText({ verdict, person, reason }: ApprovalRecord): string {
  return `${verdict} by ${person}${reason === '' ? '' : `: ${reason}`}`;
}

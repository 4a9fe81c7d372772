import type { Candidate, CheckSummary, Gate, Verdict } from './types';
import { canonicalJson, checksHash, gateHash } from './names';
import { isOfState, type Digests, type UpstreamState } from './pass-key';

/**
 * Release and port by service: `discounts-3f2a91c0d4e5:8080`. A release's name carries digest and settings, so that
 * these say exactly what runs, or ran.
 */
export type ReleaseSet = Readonly<Record<string, string>>;

/** What every record says. */
interface Entry {
  /** ISO 8601, UTC. */
  at: string;
  /** The environment whose gate or edge it was. */
  environment: string;
  candidate: Candidate;
  /** Who or what did it: `ann@laptop`, `pipeline discounts 12`. */
  by?: string;
}

/** A gate has been asked about a candidate. */
export interface VerdictRecord extends Entry {
  kind: 'verdict';
  /** The environment that was tested. */
  upstream: string;
  /** Of everything that it served; older versions did not write it. */
  digests?: Digests;
  gate: Gate;
  verdict: Verdict;
  /** One sentence: why. */
  summary: string;
  checks: CheckSummary[];
  /** Folder below the ledger's `evidence/`, empty when no check ran. */
  evidence: string;
  seconds: number;
}

/** The checks of a gate have passed a candidate that a person has to approve besides. This alone opens no gate. */
export interface TestedRecord extends Entry {
  kind: 'tested';
  /** The environment that was tested. */
  upstream: string;
  /** Of everything that it served; older versions did not write it. */
  digests?: Digests;
  gate: Gate;
  /** One sentence: what passed. */
  summary: string;
  checks: CheckSummary[];
  /** Folder below the ledger's `evidence/`, empty when no check ran. */
  evidence: string;
  seconds: number;
}

/** A person has let a candidate into an environment, or keeps it out. */
export interface ApprovalRecord extends Entry {
  kind: 'approval';
  verdict: 'approved' | 'refused';
  /** Who, by the full name: `drone:ann`, `os:ann@laptop`. Older versions wrote `ann`, which nobody had proved. */
  person: string;
  /** Why; may be empty of an approval. */
  reason: string;
  /** Where that is asked: all who have pushed something of what was new then, by full names, as the git host told. */
  pushers?: string[];
  /** ISO 8601, UTC: from then on an approval that has not been used lets nothing through. Null of a refusal. */
  expiresAt: string | null;
}

/** A candidate was not asked about any more, because upstream has taken a newer one. */
export interface SupersededRecord extends Entry {
  kind: 'superseded';
  /** What upstream had taken by then. */
  newer: Candidate;
}

/** A release did not become healthy; the edge was not switched. */
export interface UnhealthyRecord extends Entry {
  kind: 'unhealthy';
  releases: ReleaseSet;
  summary: string;
  /** Folder below the ledger's `evidence/`: what its container printed. */
  evidence?: string;
}

/** The edge is about to be switched; a cutover or a take-back ends it, unless the run is killed. */
export interface SwitchRecord extends Entry {
  kind: 'switch';
  releases: ReleaseSet;
  /** What it served before, as far as it can be taken back to; null for nothing. */
  from: ReleaseSet | null;
}

/** An environment's edge has been switched to a candidate, and the watch has let it stay. */
export interface CutoverRecord extends Entry {
  kind: 'cutover';
  releases?: ReleaseSet;
  /** What the watch saw; absent without one. */
  watch?: string;
  /** Folder below the ledger's `evidence/`: what the watch's checks left; absent of a watch without checks, and of older versions. */
  evidence?: string;
  /** Of switch and watch together. */
  seconds?: number;
}

/**
 * An environment was found to serve this although its ledger told nothing of it: it had been lost, say. For exactly this set and there it is as good as
 * a cutover to it and as a pass of its gate, so that nobody is asked about what runs.
 */
export interface AdoptedRecord extends Entry {
  kind: 'adopted';
  releases: ReleaseSet;
  /** The gate in front of it then; absent of an environment that has none. */
  gate?: Gate;
}

/** What says what an environment serves. */
export type SettledRecord = CutoverRecord | AdoptedRecord;

/** The watch after a switch has failed: the edge goes back to what it served before. */
export interface TakenBackRecord extends Entry {
  kind: 'taken-back';
  releases: ReleaseSet;
  /** What serves again. */
  to: ReleaseSet;
  summary: string;
  /** Folder below the ledger's `evidence/`: what its containers printed, and what checks left. */
  evidence: string;
  seconds: number;
}

/** Somebody wants an environment to run this candidate for as long as its upstream offers what it offered then. */
export interface RollbackRecord extends Entry {
  kind: 'rollback';
  /** What was offered when it was said. */
  over: Candidate | null;
}

/** Somebody wants a candidate to be tried although it stands refused, or although the environment was rolled back. */
export interface AgainRecord extends Entry {
  kind: 'again';
}

/** The images of a candidate have been removed from engine and registry, as far as nobody else needs them. */
export interface RetiredRecord extends Entry {
  kind: 'retired';
}

export type LedgerRecord =
  | VerdictRecord
  | TestedRecord
  | ApprovalRecord
  | SupersededRecord
  | UnhealthyRecord
  | SwitchRecord
  | CutoverRecord
  | AdoptedRecord
  | TakenBackRecord
  | RollbackRecord
  | AgainRecord
  | RetiredRecord;

/** A record's kind, and the record of one. */
export type RecordKind = LedgerRecord['kind'];
export type RecordOf<K extends RecordKind> = Extract<LedgerRecord, { kind: K }>;

/** The newest record of a kind about an environment for which this holds. */
export function findLast<K extends RecordKind>(
  records: readonly LedgerRecord[],
  kind: K,
  environment: string,
  holds: (record: RecordOf<K>) => boolean = () => true,
): RecordOf<K> | undefined {
  return records.findLast(
    (record): record is RecordOf<K> =>
      record.kind === kind && record.environment === environment && holds(record as RecordOf<K>),
  );
}

/** Whether two candidates are the same images, by their whole digests: a short name could be made to fit another set. */
export function sameCandidate(a: Candidate, b: Candidate): boolean {
  const services = Object.keys(a);
  return (
    services.length === Object.keys(b).length &&
    services.every((service) => Object.hasOwn(b, service) && a[service]?.digest === b[service]?.digest)
  );
}

/** Whether two sets of containers are the same images with the same settings. */
export function sameReleases(a: ReleaseSet | null | undefined, b: ReleaseSet | null | undefined): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

/**
 * The newest verdict of a gate on a candidate for an environment; what was adopted there has passed every gate.
 * @param upstream what it has to have been won against; @default whichever
 */
export function findVerdict(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
  gate: Gate,
  upstream?: UpstreamState,
): VerdictRecord | undefined {
  const hash = gateHash(gate);
  const holds = (record: VerdictRecord) => gateHash(record.gate) === hash && isOfState(record, upstream);
  return newestVerdict(records, environment, candidate, gate, holds);
}

function newestVerdict(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
  gate: Gate,
  holds: (record: VerdictRecord) => boolean,
): VerdictRecord | undefined {
  const found = records.findLast(
    (record): record is VerdictRecord | AdoptedRecord =>
      (record.kind === 'adopted' || record.kind === 'verdict') &&
      record.environment === environment &&
      sameCandidate(record.candidate, candidate) &&
      (record.kind === 'adopted' ? isPass(records, record, gate) : holds(record)),
  );
  return found?.kind === 'adopted' ? passOf(found, gate) : found;
}

/**
 * Whether what was adopted counts as a pass of a gate: while nothing has been deployed since, that of every gate, afterwards that of the gate
 * of then. Never of one that the ledger knows to have refused it.
 */
function isPass(records: readonly LedgerRecord[], adopted: AdoptedRecord, gate: Gate): boolean {
  const { environment, candidate } = adopted;
  const hash = gateHash(gate);
  const isRefused = records.some(
    (record) =>
      record.kind === 'verdict' &&
      record.verdict === 'refused' &&
      record.environment === environment &&
      sameCandidate(record.candidate, candidate) &&
      checksHash(record.gate) === checksHash(gate),
  );
  const isOfThen = adopted.gate !== undefined && gateHash(adopted.gate) === hash;
  return !isRefused && (isOfThen || lastCutover(records, environment) === adopted);
}

/** What was adopted, as the pass of a gate. */
function passOf({ at, environment, candidate, by }: AdoptedRecord, gate: Gate): VerdictRecord {
  const entry = { at, environment, candidate, ...(by === undefined ? {} : { by }) };
  const nothing = { upstream: '', checks: [], evidence: '', seconds: 0 };
  return { ...entry, ...nothing, kind: 'verdict', gate, verdict: 'passed', summary: foundRunning };
}

/** Why nobody asks about what was adopted. */
export const foundRunning = 'found running; the ledger did not tell that it does';

/**
 * What says that the checks of a gate have passed a candidate, whether or not the gate asked for an approval besides;
 * undefined when they have not, or said otherwise since.
 * @param upstream what it has to have been won against; @default whichever
 */
export function findTested(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
  gate: Pick<Gate, 'checks'>,
  upstream?: UpstreamState,
): TestedRecord | VerdictRecord | undefined {
  const hash = checksHash(gate);
  const found = records.findLast(
    (record): record is TestedRecord | VerdictRecord =>
      (record.kind === 'tested' || record.kind === 'verdict') &&
      record.environment === environment &&
      sameCandidate(record.candidate, candidate) &&
      checksHash(record.gate) === hash &&
      isOfState(record, upstream),
  );
  return found?.kind === 'verdict' && found.verdict !== 'passed' ? undefined : found;
}

/** Whether a record says what an environment serves. */
export function isSettled(record: LedgerRecord): record is SettledRecord {
  return record.kind === 'cutover' || record.kind === 'adopted';
}

/** What an environment's edge was last switched to and its watch has let stay, or what it was found to serve since. */
export function lastCutover(records: readonly LedgerRecord[], environment: string): SettledRecord | undefined {
  return records.findLast((record): record is SettledRecord => record.environment === environment && isSettled(record));
}

/** The newest pass of a candidate for an environment, under whatever gate was in force then; that of now for what was adopted. */
export function lastPass(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
  gate: Gate,
): VerdictRecord | undefined {
  return newestVerdict(records, environment, candidate, gate, ({ verdict }) => verdict === 'passed');
}

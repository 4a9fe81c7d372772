import type { Candidate, CheckSummary, Gate, Verdict } from './types';
import { candidateKey, gateHash } from './names';

/** What every record says. */
interface Entry {
  /** ISO 8601, UTC. */
  at: string;
  /** The environment whose gate or edge it was. */
  environment: string;
  candidate: Candidate;
}

/** A gate has been asked about a candidate. */
export interface VerdictRecord extends Entry {
  kind: 'verdict';
  /** The environment that was tested. */
  upstream: string;
  gate: Gate;
  verdict: Verdict;
  /** One sentence: why. */
  summary: string;
  checks: CheckSummary[];
  /** Folder below the ledger's `evidence/`, empty when no check ran. */
  evidence: string;
  seconds: number;
}

/** An environment's edge has been switched to a candidate. */
export interface CutoverRecord extends Entry {
  kind: 'cutover';
}

export type LedgerRecord = VerdictRecord | CutoverRecord;

/**
 * One record as it is appended. The line break in front ends a line that a killed writer may have left open.
 */
export function formatRecord(record: LedgerRecord): string {
  return `\n${JSON.stringify(record)}\n`;
}

/** The records of a ledger's text, oldest first. A line cut short by a killed writer is not a record. */
export function parseLedger(text: string): LedgerRecord[] {
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const record = JSON.parse(line) as Partial<LedgerRecord> | null;
      return record?.kind === 'verdict' || record?.kind === 'cutover' ? [record as LedgerRecord] : [];
    } catch {
      return [];
    }
  });
}

/** The newest verdict of a gate on a candidate for an environment. */
export function findVerdict(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
  gate: Gate,
): VerdictRecord | undefined {
  const key = candidateKey(candidate);
  const hash = gateHash(gate);
  return records.findLast(
    (record): record is VerdictRecord =>
      record.kind === 'verdict' &&
      record.environment === environment &&
      candidateKey(record.candidate) === key &&
      gateHash(record.gate) === hash,
  );
}

/** The candidate that an environment's edge was last switched to. */
export function lastCutover(records: readonly LedgerRecord[], environment: string): CutoverRecord | undefined {
  return records.findLast(
    (record): record is CutoverRecord => record.kind === 'cutover' && record.environment === environment,
  );
}

/** The newest pass of a candidate for an environment, under whatever gate was in force then. */
export function lastPass(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
): VerdictRecord | undefined {
  const key = candidateKey(candidate);
  return records.findLast(
    (record): record is VerdictRecord =>
      record.kind === 'verdict' &&
      record.environment === environment &&
      record.verdict === 'passed' &&
      candidateKey(record.candidate) === key,
  );
}

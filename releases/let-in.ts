import { sameCandidate, type LedgerRecord } from './ledger';
import type { Candidate } from './types';

/** What lets a candidate serve: besides a pass, that it was found serving, that it has served, or that somebody has gone back to it. */
const other: ReadonlySet<LedgerRecord['kind']> = new Set(['adopted', 'cutover', 'rollback']);

/**
 * Whether records say that exactly these images may serve in an environment behind a gate. It is asked once more before an edge is switched:
 * what a gate has printed lies in the state, where it could be edited.
 */
export function isLetIn(records: readonly LedgerRecord[], environment: string, candidate: Candidate): boolean {
  return records.some(
    (record) =>
      record.environment === environment &&
      sameCandidate(record.candidate, candidate) &&
      (other.has(record.kind) || (record.kind === 'verdict' && record.verdict === 'passed')),
  );
}

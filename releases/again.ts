import { findLast, sameCandidate, type AgainRecord, type LedgerRecord } from './ledger';
import type { Candidate } from './types';

/**
 * Somebody's word since then that a candidate is to be tried again.
 * @param refusal one of the records
 */
export function wantedSince(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
  refusal: LedgerRecord,
): AgainRecord | undefined {
  const again = findLast(records, 'again', environment, (record) => sameCandidate(record.candidate, candidate));
  return again !== undefined && records.indexOf(again) > records.indexOf(refusal) ? again : undefined;
}

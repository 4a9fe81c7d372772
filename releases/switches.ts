import { isSettled, type RecordKind, type LedgerRecord, type SwitchRecord } from './ledger';

/** Records of an environment that a switch of its edge leaves. */
export const switchKinds: ReadonlySet<RecordKind> = new Set<RecordKind>(['switch', 'cutover', 'adopted', 'taken-back']);

/** The last switch of an environment's edge, if a run was killed before it told how it ended. */
export function openSwitch(records: readonly LedgerRecord[], environment: string): SwitchRecord | undefined {
  const last = records.findLast((record) => record.environment === environment && switchKinds.has(record.kind));
  return last?.kind === 'switch' ? last : undefined;
}

/**
 * The time of the last switch that was not followed by a cutover: the edge may have been left where no cutover has put
 * it. It stays the same until that happens again, so whoever depends on it is asked once more after each.
 */
export function lastBrokenSwitch(records: readonly LedgerRecord[], environment: string): string | undefined {
  const own = records.filter((record) => record.environment === environment && switchKinds.has(record.kind));
  const stays = (next: LedgerRecord | undefined): boolean => next !== undefined && isSettled(next);
  return own.findLast((record, index) => record.kind === 'switch' && !stays(own[index + 1]))?.at;
}

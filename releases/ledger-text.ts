import type { RecordKind, LedgerRecord } from './ledger';

const kinds: ReadonlySet<unknown> = new Set<RecordKind>([
  'verdict',
  'tested',
  'approval',
  'superseded',
  'unhealthy',
  'switch',
  'cutover',
  'adopted',
  'taken-back',
  'rollback',
  'again',
  'retired',
]);

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
      return kinds.has(record?.kind) ? [record as LedgerRecord] : [];
    } catch {
      return [];
    }
  });
}

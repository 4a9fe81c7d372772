import { visibleLine } from '../base/visible';
import type { RecordKind, LedgerRecord } from './ledger';
import type { Candidate } from './types';

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
      return kinds.has(record?.kind) ? [withShownTexts(record as LedgerRecord)] : [];
    } catch {
      return [];
    }
  });
}

/**
 * A record whose texts for people are each one line that can be shown: commits, reasons, what checks have said. Older versions have written
 * them as they came. What is compared stays as it is, gates with their scripts above all.
 */
function withShownTexts(record: LedgerRecord): LedgerRecord {
  const texts = Object.entries(record).flatMap(([key, value]): [string, string][] =>
    forPeople.has(key) && typeof value === 'string' ? [[key, visibleLine(value)]] : [],
  );
  return { ...record, ...Object.fromEntries(texts), candidate: withShownCommits(record.candidate) };
}

const forPeople: ReadonlySet<string> = new Set(['by', 'person', 'reason', 'summary', 'watch']);

function withShownCommits(candidate: Candidate): Candidate {
  return Object.fromEntries(
    Object.entries(candidate).map(([service, { message, ...release }]) => [
      service,
      { ...release, ...(message === undefined ? {} : { message: visibleLine(message) }) },
    ]),
  );
}

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

/** Whether this version knows records of a kind. */
export function isRecordKind(kind: unknown): kind is RecordKind {
  return kinds.has(kind);
}

/**
 * One record as it is appended. The line break in front ends a line that a killed writer may have left open.
 */
export function formatRecord(record: LedgerRecord): string {
  return `\n${JSON.stringify(record)}\n`;
}

/** The records of a ledger's text, oldest first. A line cut short by a killed writer is not a record. */
export function parseLedger(text: string): LedgerRecord[] {
  return readLines(text).records;
}

/** The records of a ledger's text, oldest first, and the numbers of the lines that are none, from 1 on. */
export function readLines(text: string): { records: LedgerRecord[]; broken: number[] } {
  const records: LedgerRecord[] = [];
  const broken: number[] = [];
  text.split('\n').forEach((line, index) => {
    if (line === '') return;
    const record = recordIn(line);
    if (record === undefined) broken.push(index + 1);
    else records.push(record);
  });
  return { records, broken };
}

function recordIn(line: string): LedgerRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<LedgerRecord> | null;
    return isRecordKind(record?.kind) ? withShownTexts(record as LedgerRecord) : undefined;
  } catch {
    return undefined;
  }
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

import type { LedgerRecord } from '../../releases/ledger';
import { readLines } from '../../releases/ledger-text';
import type { AcceptedLossRecord, RekeyRecord } from './entry';
import { findingOf, type Loss, type SoundEntry } from './examine';
import type { Finding } from './finding';
import { sha256 } from './hash';
import type { Values } from './values';

/** A record with its place in the chain. Those of an imported ledger have the same place. */
export interface NumberedRecord {
  number: number;
  record: LedgerRecord;
}

/** A loss that somebody has accepted, with its place in the chain. */
export interface AcceptedLoss extends AcceptedLossRecord {
  number: number;
}

/** What a link tells. */
export interface LinkContent {
  number: number;
  /** Oldest first: one, or all of an imported ledger that are about this environment. */
  records: LedgerRecord[];
  rekeys: RekeyRecord[];
  /** SHA-256 of a text that it imports, and {@link importedFrom} of the machine that it has come from. */
  imports: string[];
  /** Lines of that text that are no records. */
  findings: Finding[];
  /** It says that somebody goes on without records before it that are lost. */
  isAfterLoss: boolean;
  /** Of an imported ledger there are more lines, before these. */
  hasEarlier: boolean;
}

/**
 * What a link tells, with its long values.
 * @param most of an imported ledger only so many of its last lines; @default all
 * @returns a loss when a long value is missing
 */
export async function contentOf(
  { number, entry }: SoundEntry,
  environment: string,
  values: Values,
  most = Infinity,
): Promise<LinkContent | Loss> {
  const none = { records: [], rekeys: [], imports: [], findings: [] };
  const nothing = { number, ...none, isAfterLoss: false, hasEarlier: false };
  if (entry.record.kind === 'accepted-loss') return { ...nothing, isAfterLoss: true };
  const record = await values.join(entry.record, entry.values);
  if (record === undefined) return { finding: findingOf(number, 'value missing') };
  if (record.kind === 'rekey') return { ...nothing, rekeys: [record] };
  // No decision is made of it: store/bundle/record.ts reads it.
  if (record.kind === 'bundle') return nothing;
  if (record.kind !== 'imported') return { ...nothing, records: [record] };
  const { text, left } = lastLines(record.text, most);
  const { records, broken } = readLines(text);
  return {
    ...nothing,
    records: records.filter((each) => each.environment === environment),
    imports: [sha256(record.text), ...(record.from === undefined ? [] : [importedFrom(record.from)])],
    findings: broken.map((line) => ({
      number,
      kind: 'broken line',
      text: `line ${left + line} of what it imports is no record`,
    })),
    hasEarlier: left > 0,
  };
}

/** The last lines of a text, and how many are before them. */
function lastLines(text: string, most: number): { text: string; left: number } {
  if (most === Infinity) return { text, left: 0 };
  const lines = text.split('\n');
  const left = Math.max(0, lines.length - most);
  return { text: lines.slice(left).join('\n'), left };
}

/** What of {@link LinkContent.imports} says that what lay in this place on a machine was taken over. */
export function importedFrom(place: string): string {
  return `from ${place}`;
}

/** The losses that links tell of. */
export function acceptedIn(links: readonly (SoundEntry | Loss)[]): AcceptedLoss[] {
  return links.flatMap((link) =>
    'entry' in link && link.entry.record.kind === 'accepted-loss'
      ? [{ ...link.entry.record, number: link.number }]
      : [],
  );
}

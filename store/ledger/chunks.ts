import type { LedgerRecord } from '../../releases/ledger';
import { isSettled } from '../../releases/ledger';
import { placesOf, type Places } from '../../releases/part';
import type { Store } from '../store';
import { sha256 } from './hash';
import { putValues, split, type ValueReference, type Values } from './values';

/** A record as snapshots and chunks have it: its long values stand elsewhere. */
export interface StoredPart {
  values: ValueReference[];
  record: LedgerRecord;
}

/** Older records, as a snapshot knows them: some hundred are one value, which never changes. */
export interface Chunk {
  /** Of its content, and its name: `values/<sha256>`. */
  sha256: string;
  /** How many records it has. */
  count: number;
  /** The places of its records ({@link placesOf}): a mark of four bytes for each, in their order, as base64. */
  places: string;
}

/** Bytes of a place's mark. Two places may have the same: then a chunk is read for nothing. */
const markLength = 4;

/** An older record, and where among all older ones it stands. */
export interface Placed {
  at: number;
  record: LedgerRecord;
}

/** How many records chunks have. */
export function countIn(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { count }) => sum + count, 0);
}

/** Writes records as a chunk. @param values those that are known to be in the store */
export async function writeChunk(store: Store, records: readonly LedgerRecord[], values: Values): Promise<Chunk> {
  const parts = await storedParts(store, records, values);
  const content = Buffer.from(JSON.stringify(parts));
  const hash = sha256(content);
  await putValues(store, new Map([[hash, content]]));
  const marks = new Set(records.flatMap(placesOf).map((place) => markOf(place).toString('hex')));
  const places = Buffer.from([...marks].sort().join(''), 'hex').toString('base64');
  return { sha256: hash, count: records.length, places };
}

/** Records without their long values, which are written first. @param values those that are known to be in the store */
export async function storedParts(
  store: Store,
  records: readonly LedgerRecord[],
  values: Values,
): Promise<StoredPart[]> {
  const parts = records.map((record) => split(record));
  const contents = parts.flatMap((part) => [...part.contents]).filter(([hash]) => !values.has(hash));
  await putValues(store, new Map(contents));
  return parts.map(({ values: long, record }) => ({ values: long, record }));
}

/** The records of a chunk, without their long values; undefined when it is missing, or another one. */
export async function partsIn({ sha256: hash, count }: Chunk, values: Values): Promise<StoredPart[] | undefined> {
  const content = await values.text(hash);
  if (content === undefined) return undefined;
  const parts = JSON.parse(content) as StoredPart[];
  return parts.length === count ? parts : undefined;
}

/**
 * The records of chunks that lie at these places. Only chunks that have something there are read.
 * @param chunks oldest first
 * @returns in their order; undefined when a chunk or a long value is missing
 */
export async function recordsAt(
  chunks: readonly Chunk[],
  { all, last }: Places,
  values: Values,
): Promise<Placed[] | undefined> {
  const [everywhere, missing] = [new Set(all), new Set(last)];
  const found: Placed[] = [];
  let end = countIn(chunks);
  // Newest first: of some places the last record is enough.
  for (const chunk of chunks.toReversed()) {
    const first = end - chunk.count;
    end = first;
    if (!hasAny(chunk, [...everywhere, ...missing])) continue;
    const parts = await partsIn(chunk, values);
    if (parts === undefined) return undefined;
    for (const [index, part] of [...parts.entries()].toReversed()) {
      const places = placesOf(part.record);
      const isLast = isSettled(part.record) && places.some((place) => missing.has(place));
      if (!isLast && !places.some((place) => everywhere.has(place))) continue;
      for (const place of places) missing.delete(place);
      const record = await values.join(part.record, part.values);
      if (record === undefined) return undefined;
      found.push({ at: first + index, record });
    }
  }
  return found.toReversed();
}

function hasAny({ places }: Chunk, wanted: readonly string[]): boolean {
  const marks = Buffer.from(places, 'base64');
  return wanted.some((place) => hasMark(marks, markOf(place)));
}

function hasMark(marks: Buffer, mark: Buffer): boolean {
  let [from, to] = [0, marks.length / markLength];
  while (from < to) {
    const middle = (from + to) >> 1;
    const order = marks.compare(mark, 0, markLength, middle * markLength, (middle + 1) * markLength);
    if (order === 0) return true;
    if (order < 0) from = middle + 1;
    else to = middle;
  }
  return false;
}

function markOf(place: string): Buffer {
  return Buffer.from(sha256(place).slice(0, 2 * markLength), 'hex');
}

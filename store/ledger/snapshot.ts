import { z } from 'zod';
import type { LedgerRecord } from '../../releases/ledger';
import { needed } from '../../releases/needed';
import { alwaysAbout, landmarks, placesFor, placesOf, type Subject } from '../../releases/part';
import { atOnce } from '../kinds/at-once';
import type { Store } from '../store';
import {
  countIn,
  partsIn,
  recordsAt,
  storedParts,
  writeChunk,
  type Chunk,
  type Placed,
  type StoredPart,
} from './chunks';
import type { AcceptedLoss } from './content';
import { signedText, withoutSignature, type Head, type RekeyRecord } from './entry';
import type { Finding } from './finding';
import { sha256 } from './hash';
import type { SigningKey, TrustedKey } from './keys';
import { entryName, snapshotFolder, snapshotName, snapshotNumberIn } from './names';
import type { Values } from './values';

/** What a snapshot tells of all records up to an end, besides these themselves. */
export interface Snapshot {
  end: Head;
  rekeys: RekeyRecord[];
  imports: string[];
  acceptedLosses: AcceptedLoss[];
  findings: Finding[];
}

/** As it is stored, without its signature: what decisions need of all records up to its end. */
export interface StoredSnapshot extends Snapshot {
  version: 2;
  environment: string;
  key: string;
  /** Older records, oldest first. */
  chunks: Chunk[];
  /** Those of them that every decision needs. */
  landmarks: Landmark[];
  /** What comes after them. */
  recent: StoredPart[];
}

/** One of a snapshot's older records that also stands in it, and where among them. */
interface Landmark extends StoredPart {
  at: number;
}

/** How many records stand in a snapshot itself, at the least, and in a chunk. */
export interface SnapshotSizes {
  recent: number;
  chunk: number;
}

export const usualSizes: SnapshotSizes = { recent: 100, chunk: 100 };

const domain = 'sluice snapshot 2\n';

const form = z.looseObject({
  version: z.literal(2),
  environment: z.string(),
  end: z.strictObject({ number: z.int().positive(), hash: z.string() }),
  key: z.string(),
  rekeys: z.array(z.looseObject({ kind: z.literal('rekey') })),
  imports: z.array(z.string()),
  acceptedLosses: z.array(z.looseObject({ kind: z.literal('accepted-loss') })),
  findings: z.array(z.looseObject({ number: z.number(), kind: z.string(), text: z.string() })),
  // Many, which whoever has signed them has made.
  chunks: z.custom<unknown[]>(Array.isArray),
  landmarks: z.custom<unknown[]>(Array.isArray),
  recent: z.custom<unknown[]>(Array.isArray),
});

/** How many snapshots are looked at before the chain is read whole: what is none may lie there. */
const most = 4;

/**
 * The newest snapshot that can be believed: a key that is trusted now has signed it, and the record at its end is the one that is there.
 * @returns undefined when there is none: all records are to be read
 */
export async function readSnapshot(
  store: Store,
  environment: string,
  trusted: readonly TrustedKey[],
): Promise<StoredSnapshot | undefined> {
  const names = await store.list(snapshotFolder(environment));
  for (const name of names.toReversed().slice(0, most)) {
    const bytes = await store.read(name);
    const content = bytes && (await snapshotOf(bytes, store, environment, trusted));
    if (content !== undefined) return content;
  }
  return undefined;
}

/** What an object tells as a snapshot; undefined when it is none that can be believed. */
export async function snapshotOf(
  bytes: Buffer,
  store: Store,
  environment: string,
  trusted: readonly TrustedKey[],
): Promise<StoredSnapshot | undefined> {
  const read = withoutSignature<StoredSnapshot>(bytes, domain);
  if (read === undefined || !form.safeParse(read.content).success) return undefined;
  const { content, isBy } = read;
  const key = trusted.find(({ id, upTo }) => id === content.key && upTo === undefined);
  if (key === undefined || !isBy(key) || content.environment !== environment) return undefined;
  const end = await store.read(entryName(environment, content.end.number));
  return end !== undefined && sha256(end) === content.end.hash ? content : undefined;
}

/** Long values and chunks that are read at a time: each may be a file that is open, and a system allows some hundred. */
const readers = 16;

/** All of its records; undefined when a long value of one is missing: all records of the chain are to be read then. */
export async function recordsIn(
  { chunks, recent }: StoredSnapshot,
  values: Values,
): Promise<LedgerRecord[] | undefined> {
  const older = await atOnce(chunks, readers, (chunk) => partsIn(chunk, values));
  if (older.includes(undefined)) return undefined;
  return joined([...older.flatMap((parts) => parts ?? []), ...recent], values);
}

/** Records that were put together: whoever asks a snapshot several times works with the same ones. */
const known = new WeakMap<readonly StoredPart[], LedgerRecord[]>();

async function joined(parts: readonly StoredPart[], values: Values): Promise<LedgerRecord[] | undefined> {
  const before = known.get(parts);
  if (before !== undefined) return before;
  const records = await atOnce(parts, readers, ({ record, values: long }) => values.join(record, long));
  const found = records.filter((record) => record !== undefined);
  if (found.length < records.length) return undefined;
  known.set(parts, found);
  return found;
}

/** What decisions about a subject need of a snapshot's records. */
export interface SnapshotPart {
  /** In their order. */
  older: LedgerRecord[];
  /** What comes after them, with nothing left out. */
  recent: LedgerRecord[];
}

/**
 * What decisions about a subject need of a snapshot's records.
 * @param tail what the chain has after the snapshot's end
 * @returns undefined when something of it is missing
 */
export async function partIn(
  snapshot: StoredSnapshot,
  subject: Subject,
  tail: readonly LedgerRecord[],
  values: Values,
): Promise<SnapshotPart | undefined> {
  const marks = await landmarksIn(snapshot, values);
  const recent = await joined(snapshot.recent, values);
  if (marks === undefined || recent === undefined) return undefined;
  const known = [...marks.map(({ record }) => record), ...recent, ...tail];
  const candidates = [...subject.candidates, ...alwaysAbout(known)];
  const { all, last } = placesFor({ ...subject, candidates });
  const seen = new Set(known.flatMap(placesOf));
  const found = await recordsAt(snapshot.chunks, { all, last: last.filter((place) => !seen.has(place)) }, values);
  return found && { older: inOrder([...marks, ...found]), recent };
}

/** Each once. */
function inOrder(placed: readonly Placed[]): LedgerRecord[] {
  const all = new Map(placed.map(({ at, record }) => [at, record]));
  return [...all].sort(([one], [other]) => one - other).map(([, record]) => record);
}

/** What a new snapshot is made of. */
export interface Content extends Snapshot {
  /** Of all records of the chain, and of no earlier snapshot. */
  isWhole: boolean;
  /** An earlier snapshot, whose older records stay as they are; @default none */
  before?: StoredSnapshot | undefined;
  /** What decisions are made of: of the earlier snapshot its recent ones, then all that came since. */
  records: readonly LedgerRecord[];
}

/**
 * Writes what decisions need of a chain's records up to its end, and removes all but the two newest before it. One of all records takes the
 * place of another that ends there: what was lost then may be back.
 * @param values those that are known to be in the store
 */
export async function writeSnapshot(
  store: Store,
  environment: string,
  { end, rekeys, imports, acceptedLosses, findings, isWhole, before, records }: Content,
  own: SigningKey,
  values: Values,
  sizes: SnapshotSizes = usualSizes,
): Promise<void> {
  const former = before === undefined ? [] : await landmarksIn(before, values);
  if (former === undefined) return;
  const left = neededAfter(former, records);
  const chunks = [...(before?.chunks ?? [])];
  const placed = [...former];
  for (let at = countIn(chunks); left.length >= sizes.recent + sizes.chunk; at = countIn(chunks)) {
    const next = left.splice(0, sizes.chunk);
    chunks.push(await writeChunk(store, next, values));
    placed.push(...next.map((record, index) => ({ at: at + index, record })));
  }
  const content: StoredSnapshot = {
    version: 2,
    environment,
    end,
    key: own.id,
    rekeys,
    imports,
    acceptedLosses,
    // What lies beside the chain is seen at each reading.
    findings: findings.filter(({ number, kind }) => number > 0 && kind !== 'stray'),
    chunks,
    landmarks: await landmarksOf(store, placed, values),
    recent: await storedParts(store, left, values),
  };
  const name = snapshotName(environment, end.number);
  const bytes = Buffer.from(signedText(JSON.stringify(content), domain, own));
  if (!(await store.create(name, bytes)) && isWhole) {
    await store.remove(name);
    await store.create(name, bytes);
  }
  const older = (await store.list(snapshotFolder(environment))).filter(
    (each) => (snapshotNumberIn(environment, each) ?? Infinity) <= end.number,
  );
  for (const each of older.slice(0, -2)) await store.remove(each);
}

/** What is needed of records that come after others. Of these the landmarks are enough. */
function neededAfter(former: readonly Placed[], records: readonly LedgerRecord[]): LedgerRecord[] {
  const own = new Set(records);
  return needed([...former.map(({ record }) => record), ...records]).filter((record) => own.has(record));
}

async function landmarksOf(store: Store, placed: readonly Placed[], values: Values): Promise<Landmark[]> {
  const kept = new Set(landmarks(placed.map(({ record }) => record)));
  const standing = placed.filter(({ record }) => kept.has(record));
  const records = standing.map(({ record }) => record);
  const parts = await storedParts(store, records, values);
  return parts.map((part, index) => ({ at: standing[index]?.at ?? -1, ...part }));
}

async function landmarksIn(snapshot: StoredSnapshot, values: Values): Promise<Placed[] | undefined> {
  const records = await joined(snapshot.landmarks, values);
  return records?.map((record, index) => ({ at: snapshot.landmarks[index]?.at ?? -1, record }));
}

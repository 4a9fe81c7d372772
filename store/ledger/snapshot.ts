import { z } from 'zod';
import { needed } from '../../releases/needed';
import type { LedgerRecord } from '../../releases/ledger';
import { atOnce } from '../kinds/at-once';
import type { Store } from '../store';
import { signedText, withoutSignature, type AcceptedLossRecord, type Head, type RekeyRecord } from './entry';
import type { Finding } from './finding';
import { sha256 } from './hash';
import type { SigningKey, TrustedKey } from './keys';
import { entryName, snapshotFolder, snapshotName, snapshotNumberIn } from './names';
import { putValues, split, type ValueReference, type Values } from './values';

/** What decisions need of all records up to an end. */
export interface Snapshot {
  end: Head;
  records: LedgerRecord[];
  rekeys: RekeyRecord[];
  imports: string[];
  acceptedLosses: (AcceptedLossRecord & { number: number })[];
  findings: Finding[];
}

/** As it is stored, without its signature. */
export interface StoredSnapshot extends Omit<Snapshot, 'records'> {
  version: 1;
  environment: string;
  key: string;
  records: { values: ValueReference[]; record: LedgerRecord }[];
}

const domain = 'sluice snapshot 1\n';

const form = z.looseObject({
  version: z.literal(1),
  environment: z.string(),
  end: z.strictObject({ number: z.int().positive(), hash: z.string() }),
  key: z.string(),
  rekeys: z.array(z.looseObject({ kind: z.literal('rekey') })),
  imports: z.array(z.string()),
  acceptedLosses: z.array(z.looseObject({ kind: z.literal('accepted-loss') })),
  findings: z.array(z.looseObject({ number: z.number(), kind: z.string(), text: z.string() })),
  // Thousands, which whoever has signed them has made.
  records: z.custom<unknown[]>(Array.isArray),
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

/** Records whose long values are read at a time: each may be a file that is open, and a system allows some hundred. */
const readers = 16;

/** Its records; undefined when a long value of one is missing: all records are to be read then. */
export async function recordsIn(
  { records: parts }: StoredSnapshot,
  values: Values,
): Promise<LedgerRecord[] | undefined> {
  const joined = await atOnce(parts, readers, ({ record, values: long }) => values.join(record, long));
  const records = joined.filter((record) => record !== undefined);
  return records.length === joined.length ? records : undefined;
}

/**
 * Writes what decisions need of a chain's records up to its end, and removes all but the two newest before it. One of all records takes the
 * place of another that ends there: what was lost then may be back.
 * @param values those that are known to be in the store
 */
export async function writeSnapshot(
  store: Store,
  environment: string,
  { from, end, records, rekeys, imports, acceptedLosses, findings }: Snapshot & { from: Head },
  own: SigningKey,
  values: Values,
): Promise<void> {
  const parts = needed(records).map((record) => split(record));
  const contents = new Map(parts.flatMap((part) => [...part.contents]).filter(([hash]) => !values.has(hash)));
  await putValues(store, contents);
  const content: StoredSnapshot = {
    version: 1,
    environment,
    end,
    key: own.id,
    rekeys,
    imports,
    acceptedLosses,
    // What lies beside the chain is seen at each reading.
    findings: findings.filter(({ number, kind }) => number > 0 && kind !== 'stray'),
    records: parts.map(({ values: long, record }) => ({ values: long, record })),
  };
  const name = snapshotName(environment, end.number);
  const bytes = Buffer.from(signedText(JSON.stringify(content), domain, own));
  if (!(await store.create(name, bytes)) && from.number === 0) {
    await store.remove(name);
    await store.create(name, bytes);
  }
  const older = (await store.list(snapshotFolder(environment))).filter(
    (each) => (snapshotNumberIn(environment, each) ?? Infinity) <= end.number,
  );
  for (const each of older.slice(0, -2)) await store.remove(each);
}

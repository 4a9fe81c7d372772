import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { LedgerRecord } from '../../releases/ledger';
import { hasSigned, type SigningKey, type TrustedKey } from './keys';
import type { ValueReference } from './values';

/** A ledger of the time before chains, taken over: all of its records count. */
export interface ImportedRecord {
  kind: 'imported';
  /** ISO 8601, UTC. */
  at: string;
  by?: string;
  /** As it was: a JSON text a line. */
  text: string;
  /** The machine that it was on, and where there; absent of one in a container of the platform. */
  from?: string;
}

/** Signed by a key that is trusted: up to which number another one's records count. */
export interface RekeyRecord {
  kind: 'rekey';
  /** ISO 8601, UTC. */
  at: string;
  by?: string;
  /** Of the former key: 32 bytes, base64. */
  publicKey: string;
  upTo: Head;
}

/**
 * Signed by somebody who goes on without records that are lost for good: the chain counts again for a state that knows exactly this head, and what
 * was said in favour of a release before counts no longer.
 */
export interface AcceptedLossRecord {
  kind: 'accepted-loss';
  /** ISO 8601, UTC. */
  at: string;
  by?: string;
  /** The head that the environment's state knew: what led up to it is lost, in part at least. */
  known: KnownHead;
  /** Where the chain ended then. */
  found: Head;
}

/** In the chain of a platform: which bundle of stack files its pipelines use from now on. */
export interface BundleRecord {
  kind: 'bundle';
  /** ISO 8601, UTC. */
  at: string;
  /** `ann@laptop` */
  by: string;
  /** Of the archive, and its name: `bundles/<sha256>`. */
  sha256: string;
}

/** What a chain holds. */
export type StoredRecord = LedgerRecord | ImportedRecord | RekeyRecord | AcceptedLossRecord | BundleRecord;

/** A place in a chain. */
export interface Head {
  /** From 1 on; 0 before the first. */
  number: number;
  /** SHA-256 of the object's bytes, 64 hexadecimal digits; empty before the first. */
  hash: string;
}

/** A place in a chain as an environment's state keeps it. */
export interface KnownHead extends Head {
  /** How many losses somebody has accepted up to there: a chain that was cut off goes on at lower numbers. @default 0 */
  losses?: number | undefined;
}

/** Whether two heads are the same link. */
export function sameHead(a: Head, b: Head): boolean {
  return a.number === b.number && a.hash === b.hash;
}

/** The last of some heads of one chain; undefined for none. */
export function lastHead(heads: readonly (KnownHead | null | undefined)[]): KnownHead | undefined {
  const known = heads.filter((head) => head !== null && head !== undefined && head.number > 0) as KnownHead[];
  return known.reduce<KnownHead | undefined>(
    (last, head) => (last === undefined || byOrder(last, head) < 0 ? head : last),
    undefined,
  );
}

function byOrder(a: KnownHead, b: KnownHead): number {
  return (a.losses ?? 0) - (b.losses ?? 0) || a.number - b.number;
}

/** One link of a chain, without its signature. */
export interface Entry {
  version: 1;
  environment: string;
  /** Its place: from 1 on. */
  number: number;
  /** SHA-256 of the bytes of the object before; empty in the first. */
  previous: string;
  /** Id of the key that has signed it. */
  key: string;
  /** Random: no two writers ever write the same bytes, so who finds his own there knows that they are his. */
  nonce: string;
  /** Long values of the record. */
  values: ValueReference[];
  record: StoredRecord;
}

/** What was read, with what its signature is of. Nobody has looked yet whether it is one. */
export interface SignedEntry {
  entry: Entry;
  isBy: (key: TrustedKey) => boolean;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const reference = z.strictObject({
  at: z.array(z.string()).min(1),
  is: z.enum(['text', 'json']),
  sha256: hash,
});

const form = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  number: z.int().positive(),
  previous: z.union([hash, z.literal('')]),
  key: z.string(),
  nonce: z.string(),
  values: z.array(reference),
  record: z.looseObject({ kind: z.string() }),
});

/** Said before whatever is signed: a signature of something else is none of a link. */
const domain = 'sluice ledger 1\n';

/** The bytes of a link, signed. */
export function signedEntry(entry: Omit<Entry, 'version' | 'key' | 'nonce'>, key: SigningKey): Buffer {
  const { environment, number, previous, values, record } = entry;
  const nonce = randomBytes(8).toString('hex');
  const text = textOf({ version: 1, environment, number, previous, key: key.id, nonce, values, record });
  return Buffer.from(signedText(text, domain, key));
}

/** The text with the signature as its last member. @param text of a JSON object that is not empty */
export function signedText(text: string, prefix: string, key: SigningKey): string {
  const signature = key.sign(Buffer.from(prefix + text)).toString('base64');
  return `${text.slice(0, -1)},"signature":${JSON.stringify(signature)}}\n`;
}

/** In this order, so that it is the same text for whoever reads it. */
function textOf({ version, environment, number, previous, key, nonce, values, record }: Entry): string {
  return JSON.stringify({ version, environment, number, previous, key, nonce, values, record });
}

const signatureIn = /^,"signature":"([A-Za-z0-9+/]{86}==)"\}\n$/;

/** A JSON text as {@link signedText} writes it, and its signature; undefined when it is not exactly that. */
export function withoutSignature<T>(
  bytes: Buffer,
  prefix: string,
): { content: T; isBy: SignedEntry['isBy'] } | undefined {
  try {
    const whole = bytes.toString('utf8');
    const end = whole.lastIndexOf(',"signature":');
    const signature = signatureIn.exec(whole.slice(end))?.[1];
    // Bytes that are no UTF-8 would be read as others.
    if (end === -1 || signature === undefined || !Buffer.from(whole).equals(bytes)) return undefined;
    const text = `${whole.slice(0, end)}}`;
    const content = JSON.parse(text) as T;
    return { content, isBy: ({ publicKey }) => hasSigned(publicKey, Buffer.from(prefix + text), signature) };
  } catch {
    return undefined;
  }
}

/** @returns `newer` for one that a later version has written, `broken` for what is no link */
export function parseEntry(bytes: Buffer): SignedEntry | 'newer' | 'broken' {
  const read = withoutSignature<Entry>(bytes, domain);
  if (read === undefined) return 'broken';
  if (typeof read.content.version === 'number' && (read.content.version as number) > 1) return 'newer';
  if (!form.safeParse(read.content).success) return 'broken';
  const answers = new Map<string, boolean>();
  return {
    entry: read.content,
    isBy: (key) => {
      const answer = answers.get(key.publicKey) ?? read.isBy(key);
      answers.set(key.publicKey, answer);
      return answer;
    },
  };
}

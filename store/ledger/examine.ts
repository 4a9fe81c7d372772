import { visibleLine } from '../../base/visible';
import { isRecordKind } from '../../releases/ledger-text';
import type { Entry, Head } from './entry';
import type { Finding, FindingKind } from './finding';
import { keyId, type TrustedKey } from './keys';
import type { ChainObject } from './objects';

/** A link that counts. */
export interface SoundEntry {
  number: number;
  hash: string;
  entry: Entry;
}

/** A place at which something is lost, or can't be believed. */
export interface Loss {
  finding: Finding;
}

/** What a chain comes to. */
export interface Examined {
  /** In their order. */
  links: (SoundEntry | Loss)[];
  /** What lies behind a gap after the end: nobody whose key is trusted follows it. */
  beyond: Finding[];
  /** Where the next link goes: after the last one that counts, and what follows that without a gap. */
  head: Head;
  /** What a sound link says that it follows is not what lies at the start. */
  isOtherStart: boolean;
}

/**
 * Which of these objects are links that count: signed by a trusted key, for this environment and this number, and followed by what the next
 * link says that it follows. Pure: the signatures alone are looked at.
 * @param objects in the order of their numbers, all of which come after the start
 * @param start what is known to be sound
 */
export function examine(
  objects: readonly ChainObject[],
  environment: string,
  trusted: readonly TrustedKey[],
  start: Head = { number: 0, hash: '' },
): Examined {
  const trust = new Map(trusted.map((key) => [key.id, key]));
  const hashes = new Map(objects.map(({ number, hash }) => [number, hash]));
  const judged: (SoundEntry | Loss)[] = [];
  let next: Next | undefined;
  // Backwards: a link that counts tells of the one before, and a key of the keys before it.
  for (const object of objects.toReversed()) {
    if (next?.number !== object.number + 1) next = undefined;
    const kind = problemOf(object, environment, trust, next);
    const { number, hash, signed } = object;
    const entry = typeof signed === 'object' ? signed.entry : undefined;
    const isConfirmed = next !== undefined && next.isBelieved && next.previous === hash;
    if (kind === undefined && entry !== undefined) {
      judged.push({ number, hash, entry });
      trustFormer(entry, trust, hashes);
    } else judged.push({ finding: findingOf(number, kind ?? 'broken', entry) });
    next = {
      number,
      previous: entry?.previous,
      isSound: kind === undefined,
      isBelieved: kind === undefined || isConfirmed,
    };
  }
  const isOtherStart = next?.number === start.number + 1 && next.isSound && next.previous !== start.hash;
  return { ...withGaps(judged.toReversed(), objects, start), isOtherStart };
}

/** What is known of a link when the one before it is looked at. */
interface Next {
  number: number;
  previous: string | undefined;
  isSound: boolean;
  /** It is what once lay there: sound, or what a believed one follows. */
  isBelieved: boolean;
}

function problemOf(
  { number, hash, signed }: ChainObject,
  environment: string,
  trust: ReadonlyMap<string, TrustedKey>,
  next: Next | undefined,
): FindingKind | undefined {
  if (typeof signed === 'string') return signed;
  const { entry } = signed;
  const key = trust.get(entry.key);
  if (key === undefined) return 'foreign key';
  if (!signed.isBy(key)) return 'bad signature';
  if (entry.environment !== environment) return 'other environment';
  const { record } = entry;
  if (!isStoredKind(record.kind)) return 'newer';
  if ('environment' in record && record.environment !== environment) return 'other environment';
  if (entry.number !== number) return 'other number';
  const isConfirmed = next !== undefined && next.isBelieved && next.previous === hash;
  // Whoever has a former key can sign anything with it: it counts for what a later link follows.
  if (key.upTo !== undefined && (number > key.upTo || !isConfirmed)) return 'foreign key';
  return next?.isSound === true && next.previous !== hash ? 'unlinked' : undefined;
}

/** Kinds that a chain has for itself. */
const ownKinds: ReadonlySet<string> = new Set(['imported', 'rekey', 'accepted-loss', 'bundle']);

function isStoredKind(kind: string): boolean {
  return isRecordKind(kind) || ownKinds.has(kind);
}

function trustFormer({ number, record }: Entry, trust: Map<string, TrustedKey>, hashes: Map<number, string>): void {
  if (record.kind !== 'rekey' || record.upTo.number >= number) return;
  if (hashes.get(record.upTo.number) !== record.upTo.hash) return;
  const id = keyId(record.publicKey);
  if (!trust.has(id)) trust.set(id, { id, publicKey: record.publicKey, upTo: record.upTo.number });
}

/** The same with a loss in each gap, up to the last link that counts. */
function withGaps(
  judged: readonly (SoundEntry | Loss)[],
  objects: readonly ChainObject[],
  start: Head,
): Pick<Examined, 'links' | 'beyond' | 'head'> {
  const lastSound = judged.findLastIndex((link) => 'entry' in link);
  const links: (SoundEntry | Loss)[] = [];
  const beyond: Finding[] = [];
  let head = start;
  judged.forEach((link, index) => {
    const { number, hash } = objects[index] as ChainObject;
    const isGap = number > head.number + 1;
    if (index > lastSound && isGap && !('entry' in link)) {
      beyond.push({ ...link.finding, kind: 'stray', text: `${link.finding.text}; it lies behind the ledger’s end` });
      return;
    }
    if (isGap) {
      const text = 'it is missing: somebody has removed it';
      links.push({ finding: { number: head.number + 1, upTo: number - 1, kind: 'missing', text } });
    }
    links.push(link);
    head = { number, hash };
  });
  return { links, beyond, head };
}

const texts: Record<FindingKind, string> = {
  broken: 'it is no record: somebody has written or changed it',
  newer: 'a newer version of Sluice has written it',
  'other environment': 'it is a record of another environment',
  'other number': 'it is a record of another number',
  'foreign key': 'its key is not trusted',
  'bad signature': 'its signature is not that of its key: somebody has written or changed it',
  unlinked: 'the next record follows another one than this: somebody has replaced it',
  missing: 'it is missing: somebody has removed it',
  'value missing': 'a long value of it is missing, or is another one',
  stray: 'it is no part of the ledger',
  'broken line': 'a line of what it imports is no record',
  'cut off': 'the ledger ends before it',
  replaced: 'it is another one than the state knows',
};

/** A finding in its usual words; of another environment or number, with which. */
export function findingOf(number: number, kind: FindingKind, entry?: Entry): Finding {
  const of =
    kind === 'other environment'
      ? ` (${visibleLine(entry?.environment ?? '', 100)})`
      : kind === 'other number'
        ? ` (${entry?.number})`
        : '';
  return { number, kind, text: texts[kind] + of };
}

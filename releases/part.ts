import { isSettled, type LedgerRecord, type ReleaseSet } from './ledger';
import { candidateKey, canonicalJson, digestsOf, shortHash } from './names';
import { neededSwitches } from './needed';
import { switchKinds } from './switches';
import type { Candidate } from './types';

/** What is to be decided about. Of a long ledger, decisions about it need a part alone. */
export interface Subject {
  candidates: readonly Candidate[];
  /** The sets of containers that these would be. @default none */
  releases?: readonly ReleaseSet[];
}

/** Where the records lie that a decision about a subject needs, see {@link placesOf}. */
export interface Places {
  /** Every record there. */
  all: string[];
  /** The last record there that says what an environment served. */
  last: string[];
}

/** The places at which a record is found. A switch is found at none: only the last ones say something. */
export function placesOf(record: LedgerRecord): string[] {
  if (record.kind === 'switch') return [];
  const settled = isSettled(record) ? Object.entries(record.candidate) : [];
  const releases =
    isSettled(record) || record.kind === 'taken-back' || record.kind === 'unhealthy' ? record.releases : undefined;
  return [
    ofCandidate(record.candidate),
    ...settled.map(([service, { digest }]) => ofRelease(service, digest)),
    ...(releases === undefined ? [] : [ofSet(releases)]),
  ];
}

/** The places of what a decision about this needs. */
export function placesFor({ candidates, releases = [] }: Subject): Places {
  return {
    all: [...new Set([...candidates.map(ofCandidate), ...releases.map(ofSet)])],
    last: [
      ...new Set(
        candidates.flatMap((of) => Object.entries(of).map(([service, { digest }]) => ofRelease(service, digest))),
      ),
    ],
  };
}

function ofCandidate(candidate: Candidate): string {
  return `candidate ${candidateKey(candidate)}`;
}

function ofRelease(service: string, digest: string): string {
  return `release ${service} ${digest}`;
}

function ofSet(releases: ReleaseSet): string {
  return `set ${shortHash(releases)}`;
}

/** What every decision is also about: what runs, and what somebody has gone back to. */
export function alwaysAbout(records: readonly LedgerRecord[]): Candidate[] {
  const found = [records.findLast(isSettled), records.findLast(({ kind }) => kind === 'rollback')];
  return found.flatMap((record) => (record === undefined ? [] : [record.candidate]));
}

/**
 * What decisions need of an environment's older records whatever they are about: the last of what it ran, of what people have said and of its
 * switches, and what tells whether a rollback still stands.
 * @param records of one environment, oldest first
 */
export function landmarks(records: readonly LedgerRecord[]): LedgerRecord[] {
  const kept = new Set(neededSwitches(records.filter(({ kind }) => switchKinds.has(kind))));
  const keep = (record: LedgerRecord | undefined): void => {
    if (record !== undefined) kept.add(record);
  };
  keep(records.findLast(isSettled));
  keep(records.findLast(({ kind }) => kind === 'again'));
  keep(records.findLast(({ kind }) => telling.has(kind)));
  const at = records.findLastIndex(({ kind }) => kind === 'rollback');
  const rollback = records[at];
  if (rollback !== undefined) {
    const target = canonicalJson(digestsOf(rollback.candidate));
    keep(rollback);
    keep(records.slice(0, at).findLast(isSettled));
    const isOther = ({ kind, candidate }: LedgerRecord) =>
      kind === 'cutover' && canonicalJson(digestsOf(candidate)) !== target;
    keep(records.slice(at).find(isOther));
  }
  return records.filter((record) => kept.has(record));
}

/** See `setbackOf`. */
const telling: ReadonlySet<LedgerRecord['kind']> = new Set<LedgerRecord['kind']>([
  'cutover',
  'adopted',
  'taken-back',
  'unhealthy',
  'rollback',
  'again',
]);

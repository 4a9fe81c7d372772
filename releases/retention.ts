import { isSettled, type LedgerRecord } from './ledger';
import { candidateKey } from './names';
import type { Candidate, Release } from './types';

/** A candidate that an environment does not need any more. */
export interface Outdated {
  environment: string;
  candidate: Candidate;
  /** Those of its images that no environment needs. */
  images: Release[];
  /** Those that none of its engine needs. */
  onEngine: Release[];
}

const attempted: ReadonlySet<LedgerRecord['kind']> = new Set(['cutover', 'adopted', 'taken-back', 'unhealthy']);

/**
 * What environments have run, or tried to, before the last releases that each of them keeps for a rollback. What one runs is never of it, nor what
 * somebody has wanted since.
 * What has been built and not been tried yet is none of it, nor what is retired already.
 * @param retain how many releases each environment keeps, what it runs included
 * @param engineOf the same text for environments that share an engine; @default all do
 */
export function outdated(
  records: readonly LedgerRecord[],
  retain: Readonly<Record<string, number>>,
  engineOf: (environment: string) => string = () => '',
): Outdated[] {
  const environments = Object.entries(retain).map(([environment, count]) => {
    const own = records.filter((record) => record.environment === environment && record.kind !== 'retired');
    // Each candidate once, where somebody last had to do with it.
    const last = new Map(own.map((record, index) => [candidateKey(record.candidate), index]));
    const newest = lastSettled(own, count);
    const oldest = newest.length < count ? -1 : (newest.at(-1)?.[1] ?? -1);
    const isKept = (key: string): boolean => newest.some(([each]) => each === key) || (last.get(key) ?? 0) > oldest;
    // Newest first.
    const tried = [
      ...new Map(
        own
          .toReversed()
          .filter((record) => attempted.has(record.kind))
          .map((record) => [candidateKey(record.candidate), record.candidate]),
      ),
    ];
    return {
      environment,
      kept: tried.filter(([key]) => isKept(key)).map(([, candidate]) => candidate),
      over: tried.filter(([key]) => !isKept(key)).map(([, candidate]) => candidate),
    };
  });
  const neededBy = (holds: (environment: string) => boolean): Set<string> =>
    new Set(
      environments
        .filter(({ environment }) => holds(environment))
        .flatMap(({ kept }) => kept.flatMap((candidate) => Object.values(candidate).map(imageOf))),
    );
  const needed = neededBy(() => true);
  const retired = new Set(
    records.flatMap((record) =>
      record.kind === 'retired' ? [`${record.environment} ${candidateKey(record.candidate)}`] : [],
    ),
  );
  return environments.flatMap(({ environment, over }) => {
    const there = neededBy((other) => engineOf(other) === engineOf(environment));
    return over
      .filter((candidate) => !retired.has(`${environment} ${candidateKey(candidate)}`))
      .map((candidate) => ({
        environment,
        candidate,
        images: Object.values(candidate).filter((release) => !needed.has(imageOf(release))),
        onEngine: Object.values(candidate).filter((release) => !there.has(imageOf(release))),
      }));
  });
}

/**
 * The last candidates that an environment was switched to and that stayed, each once: what runs, and what it can go back to.
 * @param records of one environment, oldest first
 * @returns keys of candidates with the index of the record, newest first
 */
export function lastSettled(records: readonly LedgerRecord[], count: number): [string, number][] {
  const stayed = new Map<string, number>();
  records.forEach((record, index) => {
    if (isSettled(record)) stayed.set(candidateKey(record.candidate), index);
  });
  return [...stayed].sort(([, a], [, b]) => b - a).slice(0, count);
}

function imageOf({ image, digest }: Release): string {
  return `${image}@${digest}`;
}

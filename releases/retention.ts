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
 * What environments have run, or tried to, before the last releases that each of them keeps for a rollback.
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
    const own = records.filter((record) => record.environment === environment && attempted.has(record.kind));
    // Each candidate once, where it was tried last; newest first.
    const tried = [...new Map(own.toReversed().map((record) => [candidateKey(record.candidate), record])).values()];
    const stayed = new Set(own.filter(isSettled).map((record) => candidateKey(record.candidate)));
    const kept = tried.filter(({ candidate }) => stayed.has(candidateKey(candidate))).slice(0, count);
    const oldest = kept.at(-1);
    const last = kept.length < count || oldest === undefined ? tried.length - 1 : tried.indexOf(oldest);
    return { environment, kept: tried.slice(0, last + 1), over: tried.slice(last + 1) };
  });
  const neededBy = (holds: (environment: string) => boolean): Set<string> =>
    new Set(
      environments
        .filter(({ environment }) => holds(environment))
        .flatMap(({ kept }) => kept.flatMap(({ candidate }) => Object.values(candidate).map(imageOf))),
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
      .filter(({ candidate }) => !retired.has(`${environment} ${candidateKey(candidate)}`))
      .map(({ candidate }) => ({
        environment,
        candidate,
        images: Object.values(candidate).filter((release) => !needed.has(imageOf(release))),
        onEngine: Object.values(candidate).filter((release) => !there.has(imageOf(release))),
      }));
  });
}

function imageOf({ image, digest }: Release): string {
  return `${image}@${digest}`;
}

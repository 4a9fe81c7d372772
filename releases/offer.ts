import { findLast, lastCutover, sameCandidate, type LedgerRecord } from './ledger';
import type { Candidate } from './types';

/** A service of an environment, as far as it matters for what it is offered. */
export interface OfferedService {
  /** Its releases come from a pipeline. */
  repository?: string | undefined;
  /** Its releases are what the platform builds. */
  build?: string | undefined;
  /** What has to be there before it starts, by service. */
  dependsOn?: Readonly<Record<string, unknown>> | undefined;
}

/** What an environment is offered. */
export interface Offer {
  /** Undefined while there is nothing for any of its services. */
  candidate: Candidate | undefined;
  /** Services that have never had a release here, and those that wait for one of them. */
  withoutRelease: string[];
}

/**
 * What an environment is offered: of each service that is part of a candidate what its channel, the platform or its upstream has, else
 * what it runs of it already. A service that has never had a release is left out and keeps no other one from going on; so is one that depends on it,
 * unless it runs.
 * @param offered what the channel holds, or upstream has deployed; undefined for nothing
 * @param onRecord what the environment runs, by service
 */
export function offerOf(
  services: Readonly<Record<string, OfferedService>>,
  offered: Candidate | undefined,
  onRecord: Candidate,
): Offer {
  const joining = joiningOf(services);
  const releaseOf = (service: string) => offered?.[service] ?? onRecord[service];
  const missing = joining.filter((service) => releaseOf(service) === undefined);
  const withoutRelease = withDependents(services, missing, onRecord);
  const taken = joining.filter((service) => !withoutRelease.includes(service));
  const isOffered = joining.length === 0 || taken.some((service) => offered?.[service] !== undefined);
  return {
    candidate:
      offered === undefined || !isOffered
        ? undefined
        : Object.fromEntries(taken.flatMap((service) => entry(service, releaseOf(service)))),
    withoutRelease,
  };
}

/**
 * The services that are part of a candidate: those that a pipeline builds, then those that the platform builds. An image from elsewhere stays
 * as configuration names it.
 */
export function joiningOf(services: Readonly<Record<string, OfferedService>>): string[] {
  const names = Object.keys(services);
  const managed = names.filter((service) => services[service]?.repository !== undefined);
  return [...managed, ...names.filter((service) => services[service]?.build !== undefined)];
}

/**
 * A candidate by the name that older versions gave it, where their ledger knows it: they left out what the platform builds. So their refusals
 * and rollbacks stand, and what an environment runs is no other candidate for having a fuller name. From the first candidate that is new,
 * or has another build, names are full.
 * @param onRecord what the environment runs
 */
export function asNamedBefore(
  services: Readonly<Record<string, OfferedService>>,
  candidate: Candidate,
  onRecord: Candidate,
  records: readonly LedgerRecord[],
  environment: string,
): Candidate {
  const builds = Object.keys(candidate).filter((service) => services[service]?.build !== undefined);
  const last = lastCutover(records, environment)?.candidate;
  if (last === undefined || builds.some((service) => Object.hasOwn(last, service))) return candidate;
  if (builds.some((service) => onRecord[service]?.digest !== candidate[service]?.digest)) return candidate;
  const former = Object.fromEntries(Object.entries(candidate).filter(([service]) => !builds.includes(service)));
  const isKnown = records.some(
    (record) =>
      record.environment === environment &&
      (sameCandidate(record.candidate, former) ||
        (record.kind === 'rollback' && record.over !== null && sameCandidate(record.over, former))),
  );
  return isKnown ? former : candidate;
}

/**
 * Whether a candidate may be known by a former name ({@link asNamedBefore}): then all records are asked.
 * @param runs what the environment runs, as its ledger tells; undefined for nothing
 */
export function mayHaveFormerName(
  services: Readonly<Record<string, OfferedService>>,
  runs: Candidate | undefined,
): boolean {
  return (
    runs !== undefined &&
    Object.keys(services).some((service) => services[service]?.build !== undefined && !Object.hasOwn(runs, service))
  );
}

function entry<T>(key: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[key, value]];
}

/** Services of which an environment has had no release yet, and those that wait for one of them. */
export function withoutReleaseIn(services: Readonly<Record<string, OfferedService>>, onRecord: Candidate): string[] {
  return offerOf(services, undefined, onRecord).withoutRelease;
}

/** These services, and those that wait for one of them and do not run. */
function withDependents(
  services: Readonly<Record<string, OfferedService>>,
  missing: readonly string[],
  onRecord: Candidate,
): string[] {
  const left = new Set(missing);
  const waits = (service: string): boolean =>
    !left.has(service) &&
    onRecord[service] === undefined &&
    Object.keys(services[service]?.dependsOn ?? {}).some((other) => left.has(other));
  for (;;) {
    const more = Object.keys(services).filter(waits);
    if (more.length === 0) return Object.keys(services).filter((service) => left.has(service));
    for (const service of more) left.add(service);
  }
}

/**
 * Whether an environment that has never run anything would begin with a part of its services. It does not do that by itself: its first
 * candidate is whole, because checks are written for the whole app. Somebody may want it all the same.
 * @param onRecord what the environment runs
 */
export function isFirstInPart(
  { candidate, withoutRelease }: Offer,
  onRecord: Candidate,
  records: readonly LedgerRecord[],
  environment: string,
): boolean {
  if (candidate === undefined || withoutRelease.length === 0 || Object.keys(onRecord).length > 0) return false;
  return findLast(records, 'again', environment, (record) => sameCandidate(record.candidate, candidate)) === undefined;
}

import { isSettled, sameCandidate, type LedgerRecord } from './ledger';
import { releaseOf } from './names';
import { switchKinds } from './switches';
import type { Candidate, Release } from './types';

/** A container that serves, as far as it tells which release it is. */
export interface RunningRelease {
  /** As it was started: `localhost:5500/discounts:1.4@sha256:…`. */
  image: string;
  digest: string;
  /** Its own and those of its image. */
  labels: Readonly<Record<string, string>>;
}

/** The candidate that an environment serves; undefined unless it serves all of these services. */
export function candidateOf(
  services: readonly string[],
  running: Readonly<Record<string, RunningRelease | undefined>>,
): Candidate | undefined {
  const releases = services.flatMap((service) => {
    const release = running[service];
    if (release === undefined) return [];
    const { image, digest, labels } = release;
    return [[service, releaseOf({ service, image: nameIn(image), digest }, labels)] as const];
  });
  return releases.length === services.length ? Object.fromEntries(releases) : undefined;
}

/** `localhost:5500/discounts` of `localhost:5500/discounts:1.4@sha256:…` */
export function nameIn(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
}

/**
 * Whether a ledger knows what an environment serves: it is what the edge was last switched to, or was about to be switched to since. What
 * it served before that is no answer: a ledger that has lost its end would put back what has been left behind. Nor is what was taken back,
 * or begun, once the state says that it has been deployed: its record is what was lost.
 * @param serves its releases that come through pipelines
 * @param deployed what its state says that it has deployed
 */
export function isKnown(
  records: readonly LedgerRecord[],
  environment: string,
  serves: Candidate,
  deployed?: Candidate,
): boolean {
  const own = records.filter((record) => record.environment === environment && switchKinds.has(record.kind));
  const last = own.findLastIndex(isSettled);
  if (last === -1) return false;
  const isOf = ({ candidate }: LedgerRecord): boolean =>
    Object.values(serves).every(({ service, digest }) => candidate[service]?.digest === digest);
  const stayed =
    deployed !== undefined &&
    sameCandidate(deployed, serves) &&
    (own.at(-1)?.kind === 'taken-back' || own.at(-1)?.kind === 'switch');
  return own.slice(last, stayed ? last + 1 : undefined).some(isOf);
}

/**
 * Whether an environment would be put back to what it has left behind, without anybody's word: every service that is another than what runs has
 * run there before, and nobody has rolled back to that candidate, or asked for it, since the last switch.
 * @param runs what the environment runs; @default nothing
 */
export function isPutBack(
  records: readonly LedgerRecord[],
  environment: string,
  candidate: Candidate,
  runs: Candidate = {},
): boolean {
  const own = records.filter((record) => record.environment === environment);
  const settled = own.filter(isSettled);
  const others = Object.values(candidate).filter(({ service, digest }) => runs[service]?.digest !== digest);
  const hasRun = ({ service, digest }: Release): boolean =>
    settled.some((record) => record.candidate[service]?.digest === digest);
  const said = own
    .slice(own.findLastIndex(isSettled) + 1)
    .some(({ kind, candidate: of }) => (kind === 'rollback' || kind === 'again') && sameCandidate(of, candidate));
  // What joins a candidate does so at somebody's word: configuration no longer pins it, say.
  const joins = Object.keys(runs).length > 0 && others.some(({ service }) => runs[service] === undefined);
  return others.length > 0 && others.every(hasRun) && !joins && !said;
}

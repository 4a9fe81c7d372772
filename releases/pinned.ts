import type { Digests } from './pass-key';
import type { Candidate, Release } from './types';

/** An image that an environment's configuration names itself, by digest, behind a gate. */
export interface Pinned {
  release: Release;
  /**
   * `tested`: upstream serves the same, so a pass is of it as well. `named`: it is not tested, as the configuration says by name.
   * `untested`: it is not tested, and the configuration says nothing of it.
   */
  how: 'tested' | 'named' | 'untested';
  /** What upstream serves of that service; undefined for nothing. */
  upstream: string | undefined;
  /** It is another than the one that runs, or none runs. */
  isNew: boolean;
}

/**
 * How far a gate's tests tell of the images that an environment's configuration pins.
 * @param served what upstream serves, by service
 * @param onRecord what the environment runs
 * @param untested services that configuration names as not tested
 */
export function pinnedIn(pins: Candidate, served: Digests, onRecord: Candidate, untested: readonly string[]): Pinned[] {
  return Object.values(pins).map((release) => {
    const { service, digest } = release;
    const upstream = served[service];
    const how = upstream === digest ? 'tested' : untested.includes(service) ? 'named' : 'untested';
    return { release, how, upstream, isNew: onRecord[service]?.digest !== digest };
  });
}

/**
 * What an environment runs of its pinned images while it keeps, or goes back to, what it has run: a new one that only a gate's pass lets in
 * waits for it.
 */
export function heldBack(pinned: readonly Pinned[]): string[] {
  return pinned.filter(({ how, isNew }) => isNew && how !== 'named').map(({ release }) => release.service);
}

/** Services that run and that no gate has tested. */
export function untestedThatRuns(pinned: readonly Pinned[]): string[] {
  return pinned.filter(({ how, isNew }) => how !== 'tested' && !isNew).map(({ release }) => release.service);
}

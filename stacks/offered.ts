import type { EnvironmentConfig } from '../config';
import type { LedgerRecord } from '../releases/ledger';
import { digestsOf } from '../releases/names';
import { asNamedBefore, offerOf, type Offer } from '../releases/offer';
import { releasesIn, type DeploymentOutputs } from '../releases/on-record';
import type { Digests } from '../releases/pass-key';
import { pinnedIn, type Pinned } from '../releases/pinned';
import type { Candidate } from '../releases/types';
import { builtReleases, pinnedReleases } from './intake';
import type { PlatformAccess } from './platform-outputs';

/** What an environment is offered, and what of it tests can tell of. */
export interface Offered extends Offer {
  /** Of everything that upstream serves; empty where nothing is upstream. */
  served: Digests;
  /** Behind a gate: what upstream's candidate does not bring. */
  pinned: Pinned[];
}

/** An environment, and what is known of it. */
interface Asked {
  name: string;
  config: Pick<EnvironmentConfig, 'services' | 'untested'>;
  platform: Pick<PlatformAccess, 'images'>;
  /** What it runs, as ledger and state tell. */
  onRecord: Candidate;
  records: readonly LedgerRecord[];
}

/** What an environment that promotes from none is offered: what its channel holds, and what the platform has built. */
export function offeredByChannel(asked: Asked, content: Candidate): Offered {
  const built = builtReleases(asked.config, asked.platform);
  return { ...offerFrom(asked, { ...content, ...built }), served: {}, pinned: [] };
}

/**
 * What an environment behind a gate is offered: what upstream serves. What the platform builds comes from there, too, and from the platform
 * itself only if upstream has none and the configuration says by name that it is not tested.
 */
export function offeredByUpstream(asked: Asked, upstream: DeploymentOutputs): Offered {
  const { config, platform, onRecord } = asked;
  const serves = releasesIn(upstream);
  const isAbsent = (service: string): boolean => serves[service] === undefined;
  const isBuilt = (service: string): boolean => Object.hasOwn(platform.images, config.services[service]?.build ?? '');
  const isAlone = (service: string): boolean => isAbsent(service) && config.untested.includes(service);
  const built = builtReleases(config, platform, (service) => isAlone(service) && isBuilt(service));
  const kept = Object.entries(config.services).flatMap(([service, { build }]) => {
    const release = onRecord[service];
    return build !== undefined && isAbsent(service) && release !== undefined ? [[service, release] as const] : [];
  });
  const served = digestsOf(serves);
  const alone: Candidate = { ...Object.fromEntries(kept), ...built, ...pinnedReleases(config) };
  return {
    ...offerFrom(asked, upstream.deployed?.candidate === undefined ? undefined : { ...built, ...serves }),
    served,
    pinned: pinnedIn(alone, served, onRecord, config.untested),
  };
}

function offerFrom({ name, config, onRecord, records }: Asked, offered: Candidate | undefined): Offer {
  const { candidate, withoutRelease } = offerOf(config.services, offered, onRecord);
  return {
    candidate: candidate && asNamedBefore(config.services, candidate, onRecord, records, name),
    withoutRelease,
  };
}

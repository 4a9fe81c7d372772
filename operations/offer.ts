import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { UserError } from '../base/errors';
import { describe } from '../releases/history';
import { lastCutover, type LedgerRecord } from '../releases/ledger';
import { mayHaveFormerName } from '../releases/offer';
import { onRecord } from '../releases/on-record';
import { shortDigest } from '../releases/names';
import type { Candidate } from '../releases/types';
import { candidateIn, channelOf, managedServices } from '../stacks/channel-candidate';
import { offeredByChannel, offeredByUpstream, type Offered } from '../stacks/offered';
import type { PlatformAccess } from '../stacks/platform-outputs';
import { upstreamOf, type EnvironmentFile } from '../config/stack';
import { readStacks } from '../config/stacks';
import { kindOf } from '../targets/kinds';
import { ledgerReader, type ReadRecords } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import { ledgerPlace } from './ledger-place';
import { platformAt } from './platform';
import { outputsOf, type Outputs } from './pulumi/outputs';

/** What an environment runs, by service, as its ledger and its stack's outputs tell. */
export function onRecordIn(environment: string, records: readonly LedgerRecord[], own: Outputs | undefined): Candidate {
  return onRecord(lastCutover(records, environment)?.candidate, own ?? {});
}

/** What an environment behind a gate is offered by outputs of its platform, its upstream and itself. */
export function offerBehindGate(
  { name, config }: EnvironmentFile,
  records: readonly LedgerRecord[],
  outputs: Record<'platform' | 'upstream' | 'own', Outputs | undefined>,
): Offered {
  const asked = {
    ...{ name, config, records, onRecord: onRecordIn(name, records, outputs.own) },
    platform: { images: (outputs.platform?.['images'] ?? {}) as PlatformAccess['images'] },
  };
  return offeredByUpstream(asked, outputs.upstream ?? {});
}

const nothing: Offered = { candidate: undefined, withoutRelease: [], served: {}, pinned: [] };

/** What an environment is offered now: what its upstream serves, else what its channel holds and the platform has built. */
export async function offerTo(file: EnvironmentFile): Promise<Offered> {
  const { name, config } = file;
  const upstream = upstreamOf(file);
  const read = ledgerReader();
  const [records, own] = await Promise.all([
    ledgerPlace(file, readStacks()).then((place) => recordsForOffer(file, place, read)),
    outputsOf(name),
  ]);
  if (upstream !== undefined) {
    const [platform, above] = await Promise.all([outputsOf(config.platform), outputsOf(upstream)]);
    return offerBehindGate(file, records, { platform, upstream: above, own });
  }
  const platform = await platformAt(config.platform);
  if (platform === undefined) return nothing;
  const { registry, registryLogins } = platform;
  const client = new RegistryClient(clientOptions(registry, registryLogins.pull));
  const managed = managedServices(config.services);
  const anywhere = kindOf(config.target).isPlatformEngine ? undefined : 'any';
  const content = await candidateIn(channelOf(name, config), managed, client, registry.address, anywhere);
  return offeredByChannel({ name, config, platform, records, onRecord: onRecordIn(name, records, own) }, content);
}

/** What has to be known of an environment's ledger to tell what it is offered. */
export async function recordsForOffer(
  { name, config }: EnvironmentFile,
  place: LedgerPlace,
  read: ReadRecords,
): Promise<LedgerRecord[]> {
  const recent = await read(place, { candidates: [] });
  const runs = lastCutover(recent, name)?.candidate;
  return mayHaveFormerName(config.services, runs) ? read(place, undefined, false) : recent;
}

/** The same without what is left out. @returns undefined before there is something for any of its services */
export async function currentOffer(file: EnvironmentFile): Promise<Candidate | undefined> {
  return (await offerTo(file)).candidate;
}

/**
 * Whoever starts an environment's job in a pipeline means what that pipeline has built.
 * @param release digest of it
 * @throws UserError when the environment is offered something else
 */
export async function refuseOther(file: EnvironmentFile, upstream: string, release: string): Promise<void> {
  refuseNotOffered(file.name, upstream, release, await currentOffer(file));
}

/** The same with what was found. */
export function refuseNotOffered(
  name: string,
  upstream: string,
  release: string,
  offered: Candidate | undefined,
): void {
  const releases = Object.values(offered ?? {});
  if (releases.some(({ digest }) => digest === release)) return;
  throw new UserError(
    `${name} is offered ${releases.length === 0 ? 'nothing yet' : describe(offered ?? {})}, and not what this pipeline has built (${shortDigest(release)})`,
    `start the job "deploy ${upstream}" of this pipeline first, or "deploy ${name}" of the pipeline whose release ${upstream} runs`,
  );
}

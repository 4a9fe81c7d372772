import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { UserError } from '../base/errors';
import { describe } from '../releases/history';
import { lastCutover, type LedgerRecord } from '../releases/ledger';
import { offerOf, type Offer } from '../releases/offer';
import { onRecord, type DeploymentOutputs } from '../releases/on-record';
import { shortDigest } from '../releases/names';
import type { Candidate } from '../releases/types';
import { candidateIn, channelOf, managedServices } from '../stacks/channel-candidate';
import { upstreamOf, type EnvironmentFile } from '../config/stack';
import { readStacks } from '../config/stacks';
import { kindOf } from '../targets/kinds';
import { readLedger } from '../targets/ledger';
import { ledgerPlace } from './ledger-place';
import { platformAt } from './platform';
import { outputsOf, type Outputs } from './pulumi/outputs';

/** What an environment runs, by service, as its ledger and its stack's outputs tell. */
export function onRecordIn(environment: string, records: readonly LedgerRecord[], own: Outputs | undefined): Candidate {
  return onRecord(lastCutover(records, environment)?.candidate, (own ?? {}));
}

/**
 * What an environment behind a gate is offered now.
 * @param outputs of its upstream's stack and of its own
 */
export function offerBehindGate(
  { name, config }: EnvironmentFile,
  records: readonly LedgerRecord[],
  outputs: { upstream: Outputs | undefined; own: Outputs | undefined },
): Offer {
  const { deployed } = (outputs.upstream ?? {}) as DeploymentOutputs;
  return offerOf(config.services, deployed?.candidate, onRecordIn(name, records, outputs.own));
}

/** What an environment is offered now: what its upstream has deployed, else what its channel holds. */
export async function offerTo(file: EnvironmentFile): Promise<Offer> {
  const upstream = upstreamOf(file);
  const [records, own] = await Promise.all([recordsOf(file), outputsOf(file.name)]);
  if (upstream !== undefined) return offerBehindGate(file, records, { upstream: await outputsOf(upstream), own });
  const platform = await platformAt(file.config.platform);
  if (platform === undefined) return { candidate: undefined, withoutRelease: [] };
  const { registry, registryLogins } = platform;
  const client = new RegistryClient(clientOptions(registry, registryLogins.pull));
  const managed = managedServices(file.config.services);
  const anywhere = kindOf(file.config.target).isPlatformEngine ? undefined : 'any';
  const content = await candidateIn(channelOf(file.name, file.config), managed, client, registry.address, anywhere);
  return offerOf(file.config.services, content, onRecordIn(file.name, records, own));
}

async function recordsOf(file: EnvironmentFile): Promise<LedgerRecord[]> {
  return readLedger(await ledgerPlace(file, readStacks()));
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

import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { UserError } from '../base/errors';
import { offerFor } from '../releases/decision';
import { describe } from '../releases/history';
import { shortDigest } from '../releases/names';
import type { Candidate } from '../releases/types';
import { candidateIn, channelOf, managedServices } from '../stacks/channel-candidate';
import { upstreamOf, type EnvironmentFile } from '../config/stack';
import { kindOf } from '../targets/kinds';
import { platformAt } from './platform';
import { outputsOf, type Outputs } from './pulumi/outputs';

/** The candidate that an environment has deployed, from its stack's outputs. */
export function deployedOf(outputs: Outputs | undefined): Candidate | undefined {
  const deployed = outputs?.['deployed'] as { candidate?: Candidate } | null | undefined;
  return deployed?.candidate;
}

/** Names of the services of an environment that come through a pipeline. */
export function namesOfManaged({ config }: EnvironmentFile): string[] {
  return managedServices(config.services).map(({ service }) => service);
}

/**
 * What an environment is offered now: what its upstream has deployed, else what its channel holds.
 * @returns undefined before there is something for each of its services
 */
export async function currentOffer(file: EnvironmentFile): Promise<Candidate | undefined> {
  const upstream = upstreamOf(file);
  if (upstream !== undefined) return offerFor(namesOfManaged(file), deployedOf(await outputsOf(upstream)));
  const platform = await platformAt(file.config.platform);
  if (platform === undefined) return undefined;
  const { registry, registryLogins } = platform;
  const client = new RegistryClient(clientOptions(registry, registryLogins.pull));
  const managed = managedServices(file.config.services);
  const anywhere = kindOf(file.config.target).isPlatformEngine ? undefined : 'any';
  return (await candidateIn(channelOf(file.name, file.config), managed, client, registry.address, anywhere)).candidate;
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

import { RegistryClient } from '../engine/registry-client';
import { clientOptions } from '../engine/registry-place';
import { offerFor } from '../releases/decision';
import type { Candidate } from '../releases/types';
import { candidateIn, channelOf, managedServices } from '../stacks/channel-candidate';
import { upstreamOf, type EnvironmentFile } from '../stacks/files';
import { platformAt } from './platform';
import { outputsOf } from './pulumi/outputs';
import { deployedOf, namesOfManaged } from './status/read';

/**
 * What an environment is offered now: what its upstream has deployed, else what its channel holds.
 * @returns undefined before there is something for each of its services
 */
export async function offeredNow(file: EnvironmentFile): Promise<Candidate | undefined> {
  const upstream = upstreamOf(file);
  if (upstream !== undefined) return offerFor(namesOfManaged(file), deployedOf(await outputsOf(upstream)));
  const platform = await platformAt(file.config.platform);
  if (platform === undefined) return undefined;
  const { registry, registryLogins } = platform;
  const client = new RegistryClient(clientOptions(registry, registryLogins.pull));
  const managed = managedServices(file.config.services);
  return (await candidateIn(channelOf(file.name, file.config), managed, client, registry.address)).candidate;
}

import type { EnvironmentConfig } from '../config';
import { repositoryAt } from '../clients/registry/address';
import type { ImagePlatform, RegistryClient } from '../clients/registry/client';
import { releaseOf } from '../releases/names';
import type { Candidate, Release } from '../releases/types';

/** A service whose releases come from a repository's pipeline. */
export interface ManagedService {
  service: string;
  /** Repository at the git host, and of its images in the registry, below its namespace. */
  repository: string;
}

/** The services of an environment that come through a pipeline. */
export function managedServices(
  services: Readonly<Record<string, { repository?: string | undefined }>>,
): ManagedService[] {
  return Object.entries(services).flatMap(([service, { repository }]) =>
    repository === undefined ? [] : [{ service, repository }],
  );
}

/** The registry tag that an environment follows. */
export function channelOf(name: string, { channel }: Pick<EnvironmentConfig, 'channel'>): string {
  return channel === '' ? name : channel;
}

/**
 * Resolves a channel, once: from here on only digests travel. A service of which it holds nothing is left out.
 * @param address the registry as image names begin with it, `localhost:5500` or `harbor.example.com/shop`
 * @param platform what the images have to be for; `any` for an environment on another machine; @default this machine's own
 */
export async function candidateIn(
  channel: string,
  managed: readonly ManagedService[],
  registry: Pick<RegistryClient, 'find' | 'labels'>,
  address: string,
  platform?: ImagePlatform | 'any',
): Promise<Candidate> {
  const found = await Promise.all(
    managed.map(async (each) => ({
      ...each,
      digest: (await registry.find(repositoryAt(address, each.repository), channel))?.digest,
    })),
  );
  const releases = await Promise.all(
    found.map(async ({ service, repository, digest }): Promise<[string, Release][]> => {
      if (digest === undefined) return [];
      const labels = await registry.labels(repositoryAt(address, repository), digest, platform);
      return [[service, releaseOf({ service, image: `${address}/${repository}`, digest }, labels)]];
    }),
  );
  return Object.fromEntries(releases.flat());
}

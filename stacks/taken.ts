import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentConfig } from '../config';
import type { RegistryClient } from '../engine/registry-client';
import type { Candidate, Release } from '../releases/types';
import type { Platform } from './platform-outputs';

/** What an environment takes in this update: releases by service, and where the images' digests come from. */
export interface Taken {
  candidate: Candidate;
  image(service: string): pulumi.Input<string>;
}

/**
 * The newest releases of the managed services: what the channel's tag names now, by digest.
 * @param address what the engine's image names begin with
 * @throws UserError when a repository has no such tag, or the registry is away
 */
export async function followChannel(
  registry: Pick<RegistryClient, 'resolve' | 'labels'>,
  address: string,
  channel: string,
  managed: readonly { service: string; repository: string }[],
): Promise<Taken> {
  const releases = await Promise.all(
    managed.map(async ({ service, repository }): Promise<[string, Release]> => {
      const { digest } = await registry.resolve(repository, channel);
      const labels = await registry.labels(repository, digest);
      const message = labels['sluice.commit.message'];
      return [
        service,
        {
          service,
          image: `${address}/${repository}`,
          digest,
          revision: labels['org.opencontainers.image.revision'] ?? '',
          ...(message === undefined ? {} : { message }),
        },
      ];
    }),
  );
  const candidate = Object.fromEntries(releases);
  return { candidate, image: (service) => `${candidate[service]?.image ?? ''}@${candidate[service]?.digest ?? ''}` };
}

/** Services that no pipeline builds: images by digest, from the platform or from elsewhere. */
export function fixedReleases(config: EnvironmentConfig, platform: Pick<Platform, 'images'>): Record<string, Release> {
  return Object.fromEntries(
    Object.entries(config.services).flatMap(([service, { build, image }]): [string, Release][] => {
      if (image !== undefined) {
        const [repository = '', digest = ''] = image.split('@');
        return [[service, { service, image: repository, digest, revision: '' }]];
      }
      if (build === undefined) return [];
      const built = Object.hasOwn(platform.images, build) ? platform.images[build] : undefined;
      if (built === undefined) {
        throw new pulumi.RunError(
          `sluice:services.${service}.build: the platform builds no image "${build}"; it builds ` +
            `${Object.keys(platform.images).join(', ') || 'none'} (sluice:builds in the platform's stack file)`,
        );
      }
      return [[service, { service, ...built }]];
    }),
  );
}

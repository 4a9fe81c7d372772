import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentConfig } from '../config';
import type { RegistryClient } from '../engine/registry-client';
import { UserError } from '../errors';
import { lastCutover, type LedgerRecord } from '../releases/ledger';
import type { Release } from '../releases/types';
import type { Platform } from './platform-outputs';
import { channelOf } from './route';
import { asReleased, type Taken } from './taken';

/** A service whose releases come from a repository's pipeline. */
export interface Managed {
  service: string;
  /** Repository at the git host, and of its images in the registry. */
  repository: string;
}

/**
 * What an environment that follows a channel takes: the newest release of each managed service, by digest. Repositories
 * have their first pipelines one after the other, so an environment that has never run waits until each has a release.
 * @param records reads the ledger
 * @returns undefined while it waits, which has been said
 * @throws UserError when one that runs has a service without a release: taking nothing would take it down
 */
export async function askChannel(
  name: string,
  config: EnvironmentConfig,
  platform: Pick<Platform, 'registry'>,
  managed: readonly Managed[],
  registry: Pick<RegistryClient, 'find' | 'labels'>,
  records: () => Promise<readonly LedgerRecord[]>,
): Promise<Taken | undefined> {
  const channel = channelOf(name, config);
  const found = await Promise.all(
    managed.map(async (each) => ({ ...each, digest: (await registry.find(each.repository, channel))?.digest })),
  );
  const missing = found.filter(({ digest }) => digest === undefined).map(({ repository }) => repository);
  if (missing.length > 0) {
    const what = missing.join(' and ');
    if (lastCutover(await records(), name) === undefined) {
      await pulumi.log.info(
        `${name} waits for the first release of ${what} in channel ${channel}; until then it runs nothing`,
      );
      return undefined;
    }
    throw new UserError(
      `${name} follows channel ${channel}, in which ${what} has no release yet; what runs stays as it is`,
      `look at the pipeline of ${what}, or push a change there`,
    );
  }
  const releases = await Promise.all(
    found.map(async ({ service, repository, digest = '' }): Promise<[string, Release]> => {
      const labels = await registry.labels(repository, digest);
      const message = labels['sluice.commit.message'];
      return [
        service,
        {
          service,
          image: `${platform.registry.address}/${repository}`,
          digest,
          revision: labels['org.opencontainers.image.revision'] ?? '',
          ...(message === undefined ? {} : { message }),
        },
      ];
    }),
  );
  return asReleased(Object.fromEntries(releases));
}

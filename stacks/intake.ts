import * as pulumi from '@pulumi/pulumi';
import type { EnvironmentConfig } from '../config';
import type { Decision, PendingApproval } from '../releases/decision';
import type { Candidate, Release } from '../releases/types';
import type { PlatformAccess } from './platform-outputs';

/** What an environment takes in this update: releases by service, and where the images' digests come from. */
export interface Intake {
  candidate: Candidate;
  image(service: string): pulumi.Input<string>;
}

/** What an environment is to do, as its gate or its channel and the ledger say. */
export interface Answer {
  /** Undefined: nothing to take yet. */
  intake: Intake | undefined;
  /** The stack's output of that name. */
  gate: unknown;
  /** What keeps the offered candidate out. */
  refusal: Decision['refusal'];
  /** What waits for a person to approve it; absent where nothing does. */
  pendingApproval?: PendingApproval;
}

/** A candidate whose images are named by its own digests: no gate is asked. */
export function asReleased(candidate: Candidate): Intake {
  return { candidate, image: (service) => `${candidate[service]?.image ?? ''}@${candidate[service]?.digest ?? ''}` };
}

/** Services that no pipeline builds: images by digest, from the platform or from elsewhere. */
export function fixedReleases(
  config: EnvironmentConfig,
  platform: Pick<PlatformAccess, 'images'>,
): Record<string, Release> {
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

import * as pulumi from '@pulumi/pulumi';
import type { ActionOutput } from '../actions/contract';
import type { EnvironmentConfig } from '../config';
import type { Decision, PendingApproval, PendingTest } from '../releases/decision';
import type { Candidate, Release } from '../releases/types';
import type { PlatformAccess } from './platform-outputs';

/** What an environment takes in this update: releases by service, and where the images' digests come from. */
export interface Intake {
  candidate: Candidate;
  image(service: string): pulumi.Input<string>;
  /** The image of a release that is no part of the candidate, and was tested with it; absent where it is named by its own digest. */
  pinned?(release: Release): pulumi.Input<string>;
}

/** What an environment is to do, as its gate or its channel and the ledger say. */
export interface Answer {
  /** Undefined: nothing to take yet. */
  intake: Intake | undefined;
  /** What is taken is what is offered, and not what the environment keeps or has gone back to. */
  takesOffer: boolean;
  /** The stack's output of that name: what its gate has printed. */
  gate: pulumi.Output<ActionOutput<'gate'>> | null;
  /** What keeps the offered candidate out. */
  refusal: Decision['refusal'];
  /** What waits for a person to approve it; absent where nothing does. */
  pendingApproval?: PendingApproval;
  /** What stood refused, and is tested once more. */
  retest?: PendingTest | undefined;
  /** What is offered and has run here before, without anybody's word for it. */
  older?: Candidate | undefined;
}

/** A candidate whose images are named by its own digests: no gate is asked. */
export function asReleased(candidate: Candidate): Intake {
  return { candidate, image: (service) => imageOf(candidate[service]) };
}

/** `localhost:5500/discounts@sha256:…` */
export function imageOf(release: Pick<Release, 'image' | 'digest'> | undefined): string {
  return `${release?.image ?? ''}@${release?.digest ?? ''}`;
}

/** Images that an environment's configuration names itself, by digest. */
export function pinnedReleases({ services }: Pick<EnvironmentConfig, 'services'>): Candidate {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, { image }]): [string, Release][] => {
      if (image === undefined) return [];
      const [repository = '', digest = ''] = image.split('@');
      return [[service, { service, image: repository, digest, revision: '' }]];
    }),
  );
}

/**
 * Releases of services whose images the platform builds, as it has built them last: only what has no upstream to take them from does that.
 * @param chosen those services; @default all
 */
export function builtReleases(
  { services }: Pick<EnvironmentConfig, 'services'>,
  platform: Pick<PlatformAccess, 'images'>,
  chosen?: (service: string) => boolean,
): Candidate {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, { build }]): [string, Release][] => {
      if (build === undefined || chosen?.(service) === false) return [];
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

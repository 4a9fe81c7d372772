import type { PlatformConfig } from '../config';
import { UserError } from '../base/errors';

export { foundImages } from '../base/found-images';

/** What the platform runs, by part: configured images, else what the toolchain has got for this machine. */
export interface PlatformImages {
  registry: string;
  gitHost: { kind: 'gogs' | 'gitea'; image: string };
  drone: string;
  runner: string;
  edge: string;
  node: string;
  tools: string;
}

/**
 * Chooses the images of a platform.
 * @param found images that the toolchain has found or built, by name
 * @throws UserError that names the part without an image
 */
export function chooseImages(
  config: Pick<PlatformConfig, 'gitHost' | 'images'>,
  found: Readonly<Record<string, string | undefined>>,
): PlatformImages {
  const need = (part: string): string => needed(part, config, found);
  const hasGogs = (config.images['gogs'] ?? found['gogs']) !== undefined;
  const kind = config.gitHost === 'auto' ? (hasGogs ? 'gogs' : 'gitea') : config.gitHost;
  return {
    registry: need('registry'),
    gitHost: { kind, image: need(kind) },
    drone: need('drone'),
    runner: need('runner'),
    edge: need('edge'),
    node: need('node'),
    tools: need('tools'),
  };
}

/**
 * The images of a platform without a CI server of its own.
 * @throws UserError that names the part without an image
 */
export function chooseToolImages(
  config: Pick<PlatformConfig, 'images'>,
  found: Readonly<Record<string, string | undefined>>,
): Pick<PlatformImages, 'edge' | 'node' | 'tools'> {
  return {
    edge: needed('edge', config, found),
    node: needed('node', config, found),
    tools: needed('tools', config, found),
  };
}

function needed(
  part: string,
  { images }: Pick<PlatformConfig, 'images'>,
  found: Readonly<Record<string, string | undefined>>,
): string {
  const image = images[part] ?? found[part];
  if (image !== undefined) return image;
  throw new UserError(
    `there is no image for ${part} yet`,
    `npm run up, or set sluice:images.${part} in the stack's file`,
  );
}

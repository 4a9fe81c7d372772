import { BuiltImage } from '../components/built-image';
import { PublishedImage, contentTag } from '../components/published-image';
import type { Registry } from '../components/registries';
import type { PlatformConfig } from '../config';

/** Images that no pipeline builds: once from a folder of this project, then named by digest. @param contentHash of a folder's files */
export function declareBuilds(
  config: PlatformConfig,
  registry: Registry,
  baseImage: string,
  contentHash: (folder: string) => string,
): Record<string, BuiltImage> {
  return Object.fromEntries(
    Object.entries(config.builds).map(([name, { source }]) => [
      name,
      new BuiltImage(`build-${name}`, {
        instance: config.prefix,
        source,
        contentHash: contentHash(source),
        repository: registry.ready.apply(() => `${registry.address}/${name}`),
        registryUrl: registry.url,
        registryCa: registry.ca,
        baseImage,
        registryLogin: registry.logins.apply(({ push }) => push),
      }),
    ]),
  );
}

/** What of the platform's images other machines need: `deploy` is the image with this program. */
export type PublishedPart = 'deploy' | 'edge';

/** An image of the platform's engine, in the registry. @param id of the image in the engine */
export function publishedImage(part: PublishedPart, image: string, id: string, registry: Registry): PublishedImage {
  return new PublishedImage(`${part}-image`, {
    image,
    tag: contentTag(image, id),
    repository: registry.ready.apply(() => `${registry.address}/sluice-${part}`),
    registryUrl: registry.url,
    registryCa: registry.ca,
    registryLogin: registry.logins.apply(({ push }) => push),
  });
}

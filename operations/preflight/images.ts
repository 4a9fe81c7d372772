import { docker, type OnEngine } from '../../clients/docker/docker';
import { RegistryClient } from '../../clients/registry/client';
import { clientOptions } from '../../clients/registry/place';
import { UserError } from '../../base/errors';
import { repositoryOf } from '../../releases/names';
import type { EnvironmentFile } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { engineOf } from '../machine-place';
import { platformAt, type Platform } from '../platform';

/** What images are looked for with; tests put their own in. */
export interface ImageSources {
  call: typeof docker;
  platformAt: (stack: string) => Promise<Platform | undefined>;
  engineOf: (file: EnvironmentFile) => Promise<OnEngine | undefined>;
}

/**
 * Looks for the images that a stack file names by digest, before anything is changed: that there is no such image is a
 * mistake in the file. One of a foreign registry is brought to the engine, which is the only way to know.
 * @throws UserError that names file and key
 */
export async function refuseMissingImages(
  file: EnvironmentFile,
  sources: ImageSources = { call: docker, platformAt, engineOf: (file) => engineOf(file, readStacks()) },
): Promise<void> {
  const { name, config } = file;
  const isNamed = Object.values(config.services).some(({ image }) => image !== undefined);
  const on = isNamed ? ((await sources.engineOf(file)) ?? {}) : {};
  for (const [service, { image }] of Object.entries(config.services)) {
    if (image === undefined) continue;
    const inspect = ['image', 'inspect', '--format', '{{.Id}}', image];
    if ((await sources.call(inspect, { ...on, allowFailure: true })).code === 0) continue;
    const platform = await sources.platformAt(config.platform);
    const problem =
      platform !== undefined && image.startsWith(`${platform.registry.address}/`)
        ? await problemAtHome(image, platform)
        : await problemElsewhere(image, sources.call, on);
    if (problem === undefined) continue;
    throw new UserError(
      `Pulumi.${name}.yaml: sluice:services.${service}.image: there is no ${image}: ${problem}`,
      `correct it in Pulumi.${name}.yaml, or push that image`,
    );
  }
}

/** A registry that is away now is no mistake in a file: the update that follows starts it, or tells. */
async function problemAtHome(image: string, { registry, registryLogins }: Platform): Promise<string | undefined> {
  const [, digest = ''] = image.split('@');
  const client = new RegistryClient(clientOptions(registry, registryLogins.pull));
  const found = await client.find(repositoryOf(image), digest).catch(() => 'away');
  return found === undefined ? "the platform's registry does not have it" : undefined;
}

async function problemElsewhere(image: string, call: typeof docker, on: OnEngine): Promise<string | undefined> {
  const { code, stderr } = await call(['pull', '--quiet', image], { ...on, allowFailure: true });
  if (code === 0) return undefined;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return last.replace(/^Error response from daemon: /, '');
}

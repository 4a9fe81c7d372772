import type { PlatformConfig } from './config';
import { variableOf } from './config-variables';
import { imageHost } from './engine/registry-address';
import { UserError } from './errors';

/** Keys whose values have to be encrypted. */
const secrets: readonly string[] = ['registryPassword', 'datadogApiKey', 'datadogAppKey'];

/**
 * @param value as it stands in the file: an encrypted one is no text, and `$NAME` only says where the secret is
 * @throws UserError for a secret that stands in a stack's file for everybody to read
 */
export function refusePlainSecret(file: string, key: string, value: unknown): void {
  if (!secrets.includes(key) || typeof value !== 'string' || value === '' || variableOf(value) !== undefined) return;
  throw new UserError(`${file}: sluice:${key} is in plain text`, setCommand(file, key));
}

/**
 * An external registry needs a host; what belongs to one kind is refused with the other.
 * @throws UserError that names the key and what to type
 */
export function checkRegistry(file: string, config: PlatformConfig): PlatformConfig {
  const { registry, registryHost, registryNamespace, registryUsername, registryPassword, registryStepsUrl } = config;
  const own = { registryHost, registryNamespace, registryUsername, registryPassword, registryStepsUrl };
  const [given] = Object.entries(own).find(([, value]) => value !== '') ?? [];
  if (registry === 'embedded' && given !== undefined) {
    throw new UserError(
      `${file}: sluice:${given} belongs to an external registry, but sluice:registry is "embedded"`,
      `write "sluice:registry: external", or remove sluice:${given}, in ${file}`,
    );
  }
  if (registry === 'external' && registryHost === '') {
    throw new UserError(
      `${file}: sluice:registry is "external", but sluice:registryHost does not say which`,
      `add "sluice:registryHost: registry.example.com" to ${file}`,
    );
  }
  if (registryUsername !== '' && registryPassword === '') {
    throw new UserError(
      `${file}: sluice:registryUsername needs sluice:registryPassword`,
      setCommand(file, 'registryPassword'),
    );
  }
  if (registryPassword !== '' && registryUsername === '') {
    throw new UserError(
      `${file}: sluice:registryPassword needs sluice:registryUsername`,
      `add sluice:registryUsername to ${file}`,
    );
  }
  const owner = owners[imageHost(registryHost)];
  if (owner !== undefined && registryNamespace === '') {
    throw new UserError(
      `${file}: sluice:registryHost is ${registryHost}, where every image belongs to ${owner}, but sluice:registryNamespace does not say which`,
      `add sluice:registryNamespace to ${file}`,
    );
  }
  return { ...config, registryHost: imageHost(registryHost) };
}

/** Registries that have no image without an owner, and what that is. */
const owners: Readonly<Record<string, string>> = {
  'docker.io': 'a user or an organization',
  'ghcr.io': 'a user or an organization',
};

/** What to type to set a secret; Pulumi asks for the value. */
export function setCommand(file: string, key: string): string {
  const stack = file.split('.')[1] ?? '';
  return `npm run pulumi -- config set --secret sluice:${key} -s ${stack}`;
}

import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import type { PlatformConfig } from '../types';
import { setCommand } from '../secrets';
import { imageHost } from '../../clients/registry/address';
import { UserError } from '../../base/errors';
import { belowProject, projectFile } from '../../base/paths';

/**
 * An external registry needs a host; what belongs to one kind is refused with the other.
 * @throws UserError that names the key and what to type
 */
export function checkRegistry(file: string, config: PlatformConfig): PlatformConfig {
  const { registry, registryHost, registryNamespace, registryUsername, registryPassword } = config;
  const { registryCa, registryStepsUrl } = config;
  const own = { registryHost, registryNamespace, registryUsername, registryPassword, registryCa, registryStepsUrl };
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
  return { ...config, registryHost: imageHost(registryHost), registryCa: readAuthority(file, registryCa) };
}

/** Registries that have no image without an owner, and what that is. */
const owners: Readonly<Record<string, string>> = {
  'docker.io': 'a user or an organization',
  'ghcr.io': 'a user or an organization',
};

/**
 * The text of an authority's certificates.
 * @param given PEM, or a file below the project; empty: none
 * @throws UserError for a file that is not there, or holds something else
 */
function readAuthority(file: string, given: string): string {
  if (given === '' || isCertificate(given)) return given;
  const isName = projectFile.test(given);
  const whole = isName ? belowProject(given, `${file}: sluice:registryCa: `) : '';
  const isFile = isName && fs.statSync(whole, { throwIfNoEntry: false })?.isFile() === true;
  const text = isFile ? fs.readFileSync(whole, 'utf8') : '';
  if (isCertificate(text)) return text;
  const problem = !isName
    ? 'must be certificates as text (PEM), or a file below the project'
    : isFile
      ? `names ${given}, which holds no certificate as text (PEM)`
      : `names ${given}, which is no file of the project`;
  throw new UserError(
    `${file}: sluice:registryCa ${problem}`,
    `correct it in ${file}; docs/registries.md has an example`,
  );
}

function isCertificate(text: string): boolean {
  if (!/^\s*(#.*\n\s*)*-----BEGIN CERTIFICATE-----/.test(text)) return false;
  try {
    return new X509Certificate(text) instanceof X509Certificate;
  } catch {
    return false;
  }
}

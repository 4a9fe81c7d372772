import type { PlatformConfig } from '../types';
import { variableOf } from '../variables';
import { UserError } from '../../base/errors';
import { externalServerOf } from '../../pipelines/kinds';

/**
 * What a CI server of the platform's own needs, and one that is elsewhere can't have.
 * @param raw values as the file has them, `$NAME` for a variable
 * @throws UserError that names the key and what to write
 */
export function checkCi(file: string, config: PlatformConfig, raw: Readonly<Record<string, unknown>>): PlatformConfig {
  const server = externalServerOf(config.ci);
  if (server === undefined) {
    const [name] = Object.entries(config.repositories).find(([, { source }]) => source === undefined) ?? [];
    if (name === undefined) return config;
    throw new UserError(
      `${file}: sluice:repositories.${name}.source is missing; it must be a folder below the project`,
      `add it in ${file}: the repository at the git host begins with its files`,
    );
  }
  const { registryHost, registryPassword, passwordIsSet } = server.example;
  if (config.registry === 'embedded') {
    throw new UserError(
      `${file}: sluice:ci is "${config.ci}", whose jobs can't reach a registry of the platform's own, but sluice:registry is "embedded"`,
      `write "sluice:registry: external" and "sluice:registryHost: ${registryHost}" (or the host itself) in ${file}`,
    );
  }
  if (config.registryPassword !== '' && variableOf(raw['registryPassword']) === undefined) {
    throw new UserError(
      `${file}: sluice:ci is "${config.ci}", whose jobs have the registry's password from a variable, but sluice:registryPassword is none`,
      `write "sluice:registryPassword: ${registryPassword}" in ${file}, and ${passwordIsSet}`,
    );
  }
  return config;
}

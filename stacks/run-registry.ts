import { apiUrl, registryAddress } from '../clients/registry/address';
import type { StackFile } from '../config/stack';
import type { PlatformAccess } from './platform-outputs';

type WithRegistry = Pick<PlatformAccess, 'registry' | 'registryLogins'>;

/**
 * A platform's registry as a run has it. What the platform's stack file says by `$NAME` was another text at its last update, perhaps: a
 * password that has been renewed since, or a host that this run of the CI was given. Where such a variable is set, it counts.
 * @param file the platform's stack file, as it is read here
 */
export function withRunRegistry<P extends WithRegistry>(platform: P, file: StackFile | undefined): P {
  if (file?.config.role !== 'platform' || file.config.registry !== 'external') return platform;
  const { config, variables, unset } = file;
  const isGiven = (key: string): boolean =>
    variables.some(({ path }) => path[0] === key) && !unset.some(({ path }) => path[0] === key);
  const account = { username: config.registryUsername, password: config.registryPassword };
  const isWhole = !unset.some(({ path }) => path[0] === 'registryUsername' || path[0] === 'registryPassword');
  const url = apiUrl(config.registryHost);
  return {
    ...platform,
    ...(isGiven('registryHost')
      ? {
          registry: {
            ...platform.registry,
            address: registryAddress(config.registryHost, config.registryNamespace),
            url,
            stepsUrl: config.registryStepsUrl === '' ? url : config.registryStepsUrl,
          },
        }
      : {}),
    ...(isWhole && (isGiven('registryUsername') || isGiven('registryPassword'))
      ? { registryLogins: { pull: account, push: account, delete: account } }
      : {}),
  };
}

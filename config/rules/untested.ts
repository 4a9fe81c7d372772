import { UserError } from '../../base/errors';
import { didYouMean } from '../../base/spelling';
import type { EnvironmentConfig } from '../types';

/**
 * What may be named as not tested: images that an environment behind a gate pins itself, or that the platform builds.
 * @throws UserError that names the service and what to write
 */
export function checkUntested(
  file: string,
  { untested, promotesFrom, services }: Pick<EnvironmentConfig, 'untested' | 'promotesFrom' | 'services'>,
): void {
  const [first] = untested;
  if (first === undefined) return;
  if (promotesFrom === '') {
    throw new UserError(
      `${file}: sluice:untested names ${first}, but nothing is tested before an environment without sluice:promotesFrom takes it`,
      `add sluice:promotesFrom, or remove sluice:untested, in ${file}`,
    );
  }
  for (const service of untested) {
    const names = Object.keys(services);
    const settings = services[service];
    if (settings === undefined) {
      throw new UserError(
        `${file}: sluice:untested: there is no service "${service}"${didYouMean(service, names) || `; there is ${names.join(', ')}`}`,
        `correct it in ${file}`,
      );
    }
    if (settings.repository === undefined) continue;
    throw new UserError(
      `${file}: sluice:untested names ${service}, but what a pipeline builds is always tested first`,
      `remove ${service} from sluice:untested in ${file}`,
    );
  }
}

import { UserError } from '../../base/errors';
import type { EnvironmentConfig } from '../types';

/** A former version's one edge, which an environment has until it is updated. */
const former = 'edge';

/**
 * Refuses names that an environment's edges have in their engine: containers and volumes of services are named in the same way.
 * @param file of the stack, for messages
 * @throws UserError
 */
export function refuseEdgeNames(file: string, services: EnvironmentConfig['services']): void {
  const edges = new Map(
    Object.entries(services).flatMap(([service, { port }]) =>
      port === undefined ? [] : [[`${former}-${service}`, `the edge in front of ${service}`]],
    ),
  ).set(former, "the environment's own reverse proxy");
  for (const [service, { volumes }] of Object.entries(services)) {
    const namesake = edges.get(service);
    if (namesake !== undefined) {
      throw new UserError(
        `${file}: sluice:services.${service} has the name of ${namesake}`,
        `give the service another name in ${file}`,
      );
    }
    for (const volume of Object.values(volumes)) {
      const edge = edges.get(volume);
      if (edge === undefined) continue;
      throw new UserError(
        `${file}: sluice:services.${service}.volumes: ${volume} is the name of the volume of ${edge}`,
        `give the volume another name in ${file}`,
      );
    }
  }
}

import {
  containerAt,
  DockerError,
  inspectContainer,
  type ContainerAt,
  type OnEngine,
} from '../../clients/docker/docker';
import { serversState } from '../../clients/edge/edge';
import type { Route } from '../../clients/edge/haproxy';
import type { ServerState } from '../../clients/edge/haproxy-runtime';
import { lastCutover } from '../../releases/ledger';
import { readLedger } from '../../targets/ledger';
import type { LedgerPlace } from '../../targets/place';
import { containerOf } from './release-routes';

/** An environment, and where its ledger lies. */
export interface RoutedEnvironment {
  instance: string;
  environment: string;
  /** What the names of its edges begin with; a former version's one edge has that name. */
  edge: string;
  ledger: LedgerPlace;
  on: OnEngine;
}

/**
 * Where services are served from: as a former version's edge says, which still serves all of them, else as the ledger's last cutover does.
 * Undefined for a service that has never been served.
 */
export async function lastRoutes(
  of: RoutedEnvironment,
  services: readonly string[],
): Promise<Record<string, Route | undefined>> {
  const [serving, records] = await Promise.all([statesAt(containerAt(of.edge, of.on)), readLedger(of.ledger)]);
  const last = lastCutover(records, of.environment)?.releases ?? {};
  const routes = services.map(async (service): Promise<[string, Route | undefined]> => {
    const now = serving.find((state) => state.service === service && state.ready);
    if (now !== undefined) return [service, { container: now.container, port: now.port }];
    const release = Object.hasOwn(last, service) ? last[service] : undefined;
    return [service, release === undefined ? undefined : await routeTo(of, service, release)];
  });
  return Object.fromEntries(await Promise.all(routes));
}

/** What an edge's servers are; none of one that does not run. */
export async function statesAt(edge: ContainerAt): Promise<ServerState[]> {
  try {
    return await serversState(edge);
  } catch (error) {
    if (error instanceof DockerError && error.is('absent', 'stopped')) return [];
    throw error;
  }
}

async function routeTo(of: RoutedEnvironment, service: string, release: string): Promise<Route> {
  const route = containerOf(of, release);
  if ((await inspectContainer(containerAt(route.container, of.on))) !== undefined) return route;
  // The container of a service that is recreated has the service's name.
  return { container: `${of.instance}-${of.environment}-${service}`, port: route.port };
}

import type { ContainerAt } from '../../clients/docker/docker';
import { configureEdge, filesOf, writeConfig } from '../../clients/edge/configure';
import { writeRoute } from '../../clients/edge/edge';
import { lastRoutes, type RoutedEnvironment } from './last-routes';

/** An edge that runs, and how it is to serve. */
export interface ToldEdge {
  service: string;
  container: ContainerAt;
  /** HAProxy's configuration. */
  config: string;
}

/**
 * Gives edges what their volumes have lost: what they served last, and how. One that has been waiting for that begins to serve.
 * @returns the services whose edges had lost something
 */
export async function restoreFiles(of: RoutedEnvironment, edges: readonly ToldEdge[]): Promise<string[]> {
  const restored = await Promise.all(
    edges.map(async ({ service, container, config }) => {
      const files = await filesOf(container);
      if (!files.routes) {
        const routes = await lastRoutes(of, [service]);
        await writeRoute(container, routes[service]);
      }
      if (!files.config) await writeConfig(container, config);
      return files.routes && files.config ? [] : [service];
    }),
  );
  return restored.flat();
}

/**
 * Gives edges what their volumes have lost, and the configuration that they are to serve by.
 * @returns the services whose edges were given another configuration while they ran
 */
export async function tellEdges(of: RoutedEnvironment, edges: readonly ToldEdge[]): Promise<string[]> {
  await restoreFiles(of, edges);
  const reloaded = await Promise.all(
    edges.map(async ({ service, container, config }) => ((await configureEdge(container, config)) ? [service] : [])),
  );
  return reloaded.flat();
}

import { parseServersState, routesFile, routesText, runtimePort, switchCommands, type ServerState } from './haproxy';
import type { Served } from '../releases/served';
import { dockerExec, inspectContainer, listContainers } from './docker';
import { labels } from './labels';

/** A service and the container that it is to be served from. */
export interface Route {
  service: string;
  container: string;
  port: number;
}

async function runtime(edge: string, commands: string): Promise<string> {
  return (await dockerExec(edge, ['nc', '127.0.0.1', String(runtimePort)], { input: commands, timeoutSeconds: 10 }))
    .stdout;
}

/** What the edge's running process sends requests to now. */
export async function serversState(edge: string): Promise<ServerState[]> {
  return parseServersState(await runtime(edge, 'show servers state\n'));
}

/**
 * Switches an edge to these containers and returns when its running process says so.
 * The routes file is written first: an edge that restarts in between comes up on the new release, which is healthy.
 * @throws Error when a container has no address in the network or the edge does not follow within 10 seconds
 */
export async function switchEdge(edge: string, network: string, routes: readonly Route[]): Promise<void> {
  const targets = await Promise.all(
    routes.map(async (route) => ({ ...route, address: await addressIn(network, route.container) })),
  );
  await dockerExec(edge, ['sh', '-c', `cat > ${routesFile}.new && mv ${routesFile}.new ${routesFile}`], {
    input: routesText(Object.fromEntries(routes.map(({ service, container }) => [service, container]))),
  });
  await runtime(edge, switchCommands(targets));
  for (let attempt = 0; ; attempt++) {
    const states = await serversState(edge);
    const missing = targets.filter(
      (target) =>
        !states.some(
          (state) =>
            state.service === target.service &&
            state.address === target.address &&
            state.port === target.port &&
            state.ready,
        ),
    );
    if (missing.length === 0) return;
    if (attempt === 50) throw new Error(`the edge does not follow for ${missing.map((m) => m.service).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function addressIn(network: string, container: string): Promise<string> {
  const address = (await inspectContainer(container))?.NetworkSettings.Networks[network]?.IPAddress;
  if (address === undefined || address === '') throw new Error(`${container} does not run in network ${network}`);
  return address;
}

/** What an environment's edge sends requests to, by service: digest, and which container since when. */
export async function served(o: {
  instance: string;
  environment: string;
  edge: string;
  network: string;
}): Promise<Record<string, Served | undefined>> {
  const [states, containers] = await Promise.all([
    serversState(o.edge),
    listContainers([`${labels.instance}=${o.instance}`, `${labels.stack}=${o.environment}`, `${labels.role}=release`]),
  ]);
  return Object.fromEntries(
    states.map((state) => {
      const container = containers.find(
        (candidate) =>
          candidate.State.Running && candidate.NetworkSettings.Networks[o.network]?.IPAddress === state.address,
      );
      const digest = container?.Config.Labels?.[labels.digest];
      return [
        state.service,
        container === undefined || digest === undefined || !state.ready
          ? undefined
          : { digest, instance: `${container.Id} ${container.State.StartedAt}` },
      ];
    }),
  );
}

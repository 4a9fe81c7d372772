import { setTimeout as sleep } from 'node:timers/promises';
import { containerAt, dockerExec, inspectContainer, located, type ContainerAt, type OnEngine } from '../docker/docker';
import { edgePort, routesFile, routesText, runtimePort, slots, type Route } from './haproxy';
import {
  closeCommands,
  drainCommands,
  openCommands,
  parseServersState,
  parseTraffic,
  pointCommands,
  type PlacedServer,
  type Server,
  type ServerState,
  type ServerTraffic,
} from './haproxy-runtime';

/** A service and the container that it is to be served from. */
export interface ServiceRoute extends Route {
  service: string;
  /** No edge stands in front of it: others reach the container itself. */
  direct?: boolean;
}

/** A route as an edge is switched to it. */
export interface SwitchRoute extends ServiceRoute {
  /** Its container need not run: then it is only written down, and served from once it does. @default false */
  mayRest?: boolean;
}

/** Asks an edge's running process. */
export async function runtime(edge: ContainerAt, commands: string): Promise<string> {
  return (await dockerExec(edge, ['nc', '127.0.0.1', String(runtimePort)], { input: commands, timeoutSeconds: 10 }))
    .stdout;
}

/** The edge of a service. @param edge what the names of an environment's edges begin with */
export function edgeOf(edge: string, service: string): string {
  return `${edge}-${service}`;
}

/** What the edge's running process sends requests to now. */
export async function serversState(edge: ContainerAt): Promise<ServerState[]> {
  return parseServersState(await runtime(edge, 'show servers state\n'));
}

/** What the edge's servers have done, each since it was opened. */
export async function trafficOf(edge: ContainerAt): Promise<ServerTraffic[]> {
  return parseTraffic(await runtime(edge, 'show stat -1 4 -1\n'));
}

/**
 * Switches a service's edge to a container of its engine and returns when its running process says so; one that is served from there
 * already is left alone. What was served before gets no new requests and ends those that it has.
 * The routes file is written first: an edge that restarts in between comes up on the new release, which is healthy.
 * @param mark one line that lies with the route until the next switch; @default none
 * @throws Error when the container has no address in the network or the edge does not follow within 10 seconds
 */
export async function switchEdge(edge: ContainerAt, network: string, route: SwitchRoute, mark?: string): Promise<void> {
  const { service, container, port } = route;
  const [states, address] = await Promise.all([serversState(edge), addressIn(network, route, located(edge).on)]);
  await writeRoute(edge, { container, port }, mark);
  if (address === undefined) return;
  const target = { service, container, port, address };
  const serving = states.filter((state) => state.service === service && state.ready);
  if (serving.length === 1 && serving.every((state) => isAt(state, target))) return;
  const opened = [{ ...target, slot: freeSlot(serving, target) }];
  const drained = serving
    .filter(({ slot }) => opened.every((each) => each.slot !== slot))
    .map(({ slot }) => ({ service, slot }));
  await runtime(edge, pointCommands(opened));
  await follows(edge, opened, (state, place) => state.address === place.address);
  await runtime(edge, openCommands(opened));
  await follows(edge, opened, (state, place) => isAt(state, place) && state.ready);
  if (drained.length === 0) return;
  await runtime(edge, drainCommands(drained));
  await follows(edge, drained, ({ ready }) => !ready);
}

/** Has a running edge keep what it is to serve after its next start. */
export async function writeRoute(edge: ContainerAt, route: Route | undefined, mark?: string): Promise<void> {
  await dockerExec(edge, ['sh', '-c', `cat > ${routesFile}.new && mv ${routesFile}.new ${routesFile}`], {
    input: routesText(route, mark),
    timeoutSeconds: 60,
  });
}

/** The slot that is already there, as after a switch that was broken off; else the one that takes no requests. */
function freeSlot(serving: readonly ServerState[], target: Omit<PlacedServer, 'slot'>): PlacedServer['slot'] {
  const there = serving.find((state) => isAt(state, target));
  return there?.slot ?? slots.find((slot) => !serving.some((state) => state.slot === slot)) ?? slots[0];
}

function isAt(state: ServerState, { address, port }: Pick<PlacedServer, 'address' | 'port'>): boolean {
  return state.address === address && state.port === port;
}

/** Returns when this holds of the edge's running process, for each of these places. */
async function follows<T extends Server>(
  edge: ContainerAt,
  places: readonly T[],
  holds: (state: ServerState, place: T) => boolean,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const states = await serversState(edge);
    const missing = places.filter(
      (place) =>
        !states.some((state) => state.service === place.service && state.slot === place.slot && holds(state, place)),
    );
    if (missing.length === 0) return;
    if (attempt === 50) throw new Error(`the edge does not follow for ${missing.map((m) => m.service).join(', ')}`);
    await sleep(200);
  }
}

/**
 * Waits until the servers that get no new requests have ended those that they had, then puts them away.
 * @param seconds how long at most: what is open then is cut off when its container is stopped
 * @param stop ends the waiting and leaves the servers as they are
 * @returns how many connections were open at the end
 */
export async function drainEdge(edge: ContainerAt, seconds: number, stop?: AbortSignal): Promise<number> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const [states, traffic] = await Promise.all([serversState(edge), trafficOf(edge)]);
    const drained: Server[] = states.filter(({ draining }) => draining);
    const open = traffic
      .filter(({ service, slot }) => drained.some((each) => each.service === service && each.slot === slot))
      .reduce((sum, each) => sum + each.open, 0);
    if (stop?.aborted === true) return open;
    if (open === 0 || performance.now() >= until) {
      if (drained.length > 0) await runtime(edge, closeCommands(drained));
      return open;
    }
    await sleep(250);
  }
}

/**
 * Asks an edge for a path of a service, as people would, ten requests at a time. Answers are counted where all are.
 * @param count how many requests
 */
export async function probeEdge(edge: ContainerAt, service: string, path: string, count: number): Promise<void> {
  const request = `GET ${path} HTTP/1.1\\r\\nHost: ${service}\\r\\nUser-Agent: sluice-watch\\r\\nConnection: close\\r\\n\\r\\n`;
  const ask = `printf '${request}' | nc -w 10 127.0.0.1 ${edgePort} > /dev/null &`;
  const script = `i=0; while [ $i -lt ${count} ]; do ${ask} i=$((i + 1)); [ $((i % 10)) -ne 0 ] || wait; done; wait`;
  await dockerExec(edge, ['sh', '-c', script], { allowFailure: true, timeoutSeconds: 15 + 2 * count });
}

/** @returns undefined for one that does not run and need not */
async function addressIn(
  network: string,
  { container, mayRest }: SwitchRoute,
  on: OnEngine,
): Promise<string | undefined> {
  const address = (await inspectContainer(containerAt(container, on)))?.NetworkSettings.Networks[network]?.IPAddress;
  if (address !== undefined && address !== '') return address;
  if (mayRest === true) return undefined;
  throw new Error(`${container} does not run in network ${network}`);
}

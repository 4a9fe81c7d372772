import { setTimeout as sleep } from 'node:timers/promises';
import type { ServedRelease } from '../../releases/served';
import {
  containerAt,
  dockerExec,
  inspectContainer,
  listContainers,
  located,
  type ContainerAt,
  type ContainerInfo,
  type OnEngine,
} from '../docker/docker';
import { routesFile, routesText, runtimePort, slots } from './haproxy';
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
import { labels } from '../docker/labels';

/** A service and the container that it is to be served from. */
export interface ServiceRoute {
  service: string;
  container: string;
  /** Port that the container listens on. */
  port: number;
  /** No edge stands in front of it: others reach the container itself. */
  direct?: boolean;
}

/** A route as an edge is switched to it. */
export interface SwitchRoute extends ServiceRoute {
  /** Its container need not run: then it is only written down, and served from once it does. @default false */
  mayRest?: boolean;
}

async function runtime(edge: ContainerAt, commands: string): Promise<string> {
  return (await dockerExec(edge, ['nc', '127.0.0.1', String(runtimePort)], { input: commands, timeoutSeconds: 10 }))
    .stdout;
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
 * Switches an edge to these containers of its engine and returns when its running process says so; a service that is served from its
 * container already is left alone. What was served before gets no new requests and ends those that it has.
 * The routes file is written first: an edge that restarts in between comes up on the new release, which is healthy.
 * @param mark one line that lies with the routes until the next switch; @default none
 * @throws Error when a container has no address in the network or the edge does not follow within 10 seconds
 */
export async function switchEdge(
  edge: ContainerAt,
  network: string,
  all: readonly SwitchRoute[],
  mark?: string,
): Promise<void> {
  const routes = all.filter(({ direct }) => direct !== true);
  const { on } = located(edge);
  const [states, places] = await Promise.all([
    serversState(edge),
    Promise.all(routes.map(async (route) => ({ ...route, address: await addressIn(network, route, on) }))),
  ]);
  const targets = places.flatMap(({ address, ...route }) => (address === undefined ? [] : [{ ...route, address }]));
  const serving = (target: Omit<PlacedServer, 'slot'>): ServerState[] =>
    states.filter((state) => state.service === target.service && state.ready);
  const opened = targets
    .filter((target) => !serving(target).every((state) => isAt(state, target)) || serving(target).length !== 1)
    .map((target): PlacedServer => ({ ...target, slot: freeSlot(serving(target), target) }));
  const drained = opened.flatMap(({ service, slot }) =>
    states
      .filter((state) => state.service === service && state.ready && state.slot !== slot)
      .map((state) => ({ service, slot: state.slot })),
  );
  await dockerExec(edge, ['sh', '-c', `cat > ${routesFile}.new && mv ${routesFile}.new ${routesFile}`], {
    input: routesText(Object.fromEntries(routes.map(({ service, container }) => [service, container])), mark),
  });
  if (opened.length === 0) return;
  await runtime(edge, pointCommands(opened));
  await follows(edge, opened, (state, { address }) => state.address === address);
  await runtime(edge, openCommands(opened));
  await follows(edge, opened, (state, place) => isAt(state, place) && state.ready);
  if (drained.length === 0) return;
  await runtime(edge, drainCommands(drained));
  await follows(edge, drained, ({ ready }) => !ready);
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
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const [states, traffic] = await Promise.all([serversState(edge), trafficOf(edge)]);
    const drained: Server[] = states.filter(({ draining }) => draining);
    const open = traffic
      .filter(({ service, slot }) => drained.some((each) => each.service === service && each.slot === slot))
      .reduce((sum, each) => sum + each.open, 0);
    if (stop?.aborted === true) return open;
    if (open === 0 || Date.now() >= until) {
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
  const ask = `printf '${request}' | nc -w 10 127.0.0.1 80 > /dev/null &`;
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

/** An environment with an edge, as its engine has it. */
export interface EdgePlace {
  instance: string;
  environment: string;
  edge: ContainerAt;
  network: string;
}

/** A container that serves; with the port that requests go to, where an edge stands in front of it. */
export interface Serving {
  container: ContainerInfo;
  port?: number;
}

/** What an environment's edge sends requests to, by service, as {@link servingContainers} finds it: digest, and which container since when. */
export async function served(o: EdgePlace): Promise<Record<string, ServedRelease | undefined>> {
  const serving = Object.entries(await servingContainers(o));
  return Object.fromEntries(serving.map(([service, own]) => [service, servedBy(own?.container)]));
}

/**
 * The containers that an environment's edge sends requests to, by service. Undefined for a service that is not served, and for one in
 * the moment of its cutover.
 */
export async function servingContainers(o: EdgePlace): Promise<Record<string, Serving | undefined>> {
  const [states, containers] = await Promise.all([
    serversState(o.edge),
    listContainers(
      [`${labels.instance}=${o.instance}`, `${labels.stack}=${o.environment}`, `${labels.role}=release`],
      located(o.edge).on,
    ),
  ]);
  const services = [...new Set(states.map(({ service }) => service))];
  const direct = directServices(containers, services);
  return Object.fromEntries([
    ...Object.entries(direct),
    ...services.map((service) => {
      const [state, another] = states.filter((each) => each.service === service && each.ready);
      const container = containers.find(
        (candidate) =>
          candidate.State.Running && candidate.NetworkSettings.Networks[o.network]?.IPAddress === state?.address,
      );
      const isOne = state !== undefined && another === undefined && container !== undefined;
      return [service, isOne ? { container, port: state.port } : undefined] as const;
    }),
  ]);
}

/** The services that no edge stands in front of: what is served is the one container that runs. */
function directServices(
  containers: readonly ContainerInfo[],
  edged: readonly string[],
): Record<string, Serving | undefined> {
  const names = containers.flatMap(({ Config }) => Config.Labels?.[labels.service] ?? []);
  return Object.fromEntries(
    names
      .filter((name) => !edged.includes(name))
      .map((name) => {
        const running = containers.filter(
          ({ Config, State }) => State.Running && Config.Labels?.[labels.service] === name,
        );
        const [container, another] = running;
        return [name, container === undefined || another !== undefined ? undefined : { container }];
      }),
  );
}

function servedBy(container: ContainerInfo | undefined): ServedRelease | undefined {
  const digest = container?.Config.Labels?.[labels.digest];
  if (container === undefined || digest === undefined) return undefined;
  return { digest, instance: `${container.Id} ${container.State.StartedAt}` };
}

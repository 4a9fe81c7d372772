import type { ServedRelease } from '../../releases/served';
import { containerAt, listContainers, type ContainerInfo, type OnEngine } from '../docker/docker';
import { labels } from '../docker/labels';
import { serversState } from './edge';
import type { ServerState } from './haproxy-runtime';

/** An environment with edges, as its engine has it. */
export interface EdgePlace {
  instance: string;
  environment: string;
  network: string;
  on: OnEngine;
}

/** A container that serves; with the port that requests go to, where an edge stands in front of it. */
export interface Serving {
  container: ContainerInfo;
  port?: number;
}

/** What an environment's edges send requests to, by service, as {@link servingContainers} finds it: digest, and which container since when. */
export async function served(o: EdgePlace): Promise<Record<string, ServedRelease | undefined>> {
  const serving = Object.entries(await servingContainers(o));
  return Object.fromEntries(serving.map(([service, own]) => [service, servedBy(own?.container)]));
}

/**
 * The containers that an environment's edges send requests to, by service. Undefined for a service that is not served, and for one in
 * the moment of its cutover.
 */
export async function servingContainers(o: EdgePlace): Promise<Record<string, Serving | undefined>> {
  const [edges, containers] = await Promise.all([statesOfEdges(o), withRole('release', o)]);
  const direct = directServices(
    containers,
    edges.map(({ service }) => service),
  );
  return Object.fromEntries([
    ...Object.entries(direct),
    ...edges.map(({ service, states }) => {
      const [state, another] = states.filter(({ ready }) => ready);
      const container = containers.find(
        (candidate) =>
          candidate.State.Running && candidate.NetworkSettings.Networks[o.network]?.IPAddress === state?.address,
      );
      const isOne = state !== undefined && another === undefined && container !== undefined;
      return [service, isOne ? { container, port: state.port } : undefined] as const;
    }),
  ]);
}

/** What edges that run say of their services. */
interface EdgeStates {
  service: string;
  /** None, where the service's edge does not run. */
  states: ServerState[];
}

/**
 * What an environment's edges send requests to, by service. An edge of one service tells of it alone; one of a former version, without the
 * label, tells of all.
 */
export async function statesOfEdges(o: Omit<EdgePlace, 'network'>): Promise<EdgeStates[]> {
  const edges = await withRole('edge', o);
  const found = await Promise.all(
    edges.map(async ({ Name, State, Config }) => {
      const only = Config.Labels?.[labels.service];
      if (!State.Running) return only === undefined ? [] : [{ service: only, states: [] }];
      const states = await serversState(containerAt(Name.replace(/^\//, ''), o.on));
      const services = only === undefined ? [...new Set(states.map(({ service }) => service))] : [only];
      return services.map((service) => ({ service, states: states.filter((each) => each.service === service) }));
    }),
  );
  // While an environment gets edges of its services' own, both kinds are there.
  const all = found.flat().sort((one, other) => one.states.length - other.states.length);
  return [...new Map(all.map((each) => [each.service, each])).values()];
}

function withRole(role: 'edge' | 'release', { instance, environment, on }: Omit<EdgePlace, 'network'>) {
  return listContainers(
    [`${labels.instance}=${instance}`, `${labels.stack}=${environment}`, `${labels.role}=${role}`],
    on,
  );
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

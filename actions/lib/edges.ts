import { containerAt, dockerExec, type ContainerAt, type OnEngine } from '../../clients/docker/docker';
import {
  drainEdge,
  edgeOf,
  probeEdge,
  serversState,
  switchEdge,
  trafficOf,
  type SwitchRoute,
} from '../../clients/edge/edge';
import { markIn, routesFile } from '../../clients/edge/haproxy';
import type { ServerState, ServerTraffic } from '../../clients/edge/haproxy-runtime';

/** What stands in front of an environment's services. */
export interface Edges {
  /** The edge in front of a service. */
  of: (service: string) => ContainerAt;
  /**
   * Switches to these containers.
   * @param mark one line that is kept with the routes until the next switch; @default none
   */
  switchTo: (routes: readonly SwitchRoute[], mark?: string) => Promise<void>;
  /** The lines that were kept with routes at the last switch. */
  marks: () => Promise<string[]>;
  /** @see drainEdge */
  drain: (seconds: number, stop?: AbortSignal) => Promise<number>;
  states: () => Promise<ServerState[]>;
  traffic: () => Promise<ServerTraffic[]>;
  /** @see probeEdge */
  probe: (service: string, path: string, count: number) => Promise<void>;
}

/** An environment's edges, by names and place. */
export interface EdgesPlace {
  /** What their names begin with. */
  edge: string;
  /** The services that have one. */
  services: readonly string[];
  network: string;
  on: OnEngine;
}

/** The edges of an environment: one in front of each service that has a port. */
export function edgesOf({ edge, services, network, on }: EdgesPlace): Edges {
  const of = (service: string): ContainerAt => containerAt(edgeOf(edge, service), on);
  const ofAll = <T>(ask: (edge: ContainerAt) => Promise<T>): Promise<T[]> =>
    all(services.map((service) => ask(of(service))));
  return {
    of,
    switchTo: async (routes, mark) => {
      const edged = routes.filter(({ direct }) => direct !== true);
      await all(edged.map((route) => switchEdge(of(route.service), network, route, mark)));
    },
    marks: async () => {
      const files = await ofAll((each) => dockerExec(each, ['cat', routesFile], { timeoutSeconds: 60 }));
      return files.map(({ stdout }) => markIn(stdout)).filter((mark) => mark !== undefined);
    },
    drain: async (seconds, stop) => (await ofAll((each) => drainEdge(each, seconds, stop))).reduce((a, b) => a + b, 0),
    states: async () => (await ofAll(serversState)).flat(),
    traffic: async () => (await ofAll(trafficOf)).flat(),
    probe: (service, path, count) => probeEdge(of(service), service, path, count),
  };
}

/** What all of them give. One that fails ends none of the others half-way. */
async function all<T>(under: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(under);
  return Promise.all(under);
}

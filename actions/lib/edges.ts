import { dockerExec, type ContainerAt } from '../../clients/docker/docker';
import { drainEdge, probeEdge, serversState, switchEdge, trafficOf, type SwitchRoute } from '../../clients/edge/edge';
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

/** The edges of an environment that has one. */
export function edgesOf(edge: ContainerAt, network: string): Edges {
  return {
    of: () => edge,
    switchTo: (routes, mark) => switchEdge(edge, network, routes, mark),
    marks: async () => {
      const { stdout } = await dockerExec(edge, ['cat', routesFile], { timeoutSeconds: 60 });
      return [markIn(stdout)].filter((mark) => mark !== undefined);
    },
    drain: (seconds, stop) => drainEdge(edge, seconds, stop),
    states: () => serversState(edge),
    traffic: () => trafficOf(edge),
    probe: (service, path, count) => probeEdge(edge, service, path, count),
  };
}

import { listContainers, type ContainerInfo } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { lookAt } from './compose-look';
import { machineOfHome, type Home } from './home';

/** What of an environment runs now, for people. */
export interface Running {
  /** What the names of the edges that its services are behind begin with; empty when behind nothing. */
  edge: string;
  /** Whether a container of it runs and is healthy, by name. */
  isHealthy: (container: string) => boolean;
}

/** Of one whose containers Sluice has declared. */
export async function runningOnEngine({ on }: Home, instance: string, environment: string): Promise<Running> {
  const of = [`${labels.instance}=${instance}`, `${labels.stack}=${environment}`];
  const containers = await listContainers(of, on);
  return { edge: `${instance}-${environment}-edge`, isHealthy: (name) => isHealthy(containers, name) };
}

/** The same on another machine. One that can't be reached runs nothing, as far as anybody can tell. */
export function runningOnMachine(home: Home, instance: string, environment: string): Promise<Running> {
  const edge = `${instance}-${environment}-edge`;
  return runningOnEngine(home, instance, environment).catch(() => ({ edge, isHealthy: () => false }));
}

/** Of a compose project on another machine. */
export async function runningInProject(home: Home): Promise<Running> {
  const look = await lookAt(machineOfHome(home)).catch(() => ({ running: {} }));
  const running = Object.values(look.running);
  return { edge: '', isHealthy: (name) => running.some(({ container, healthy }) => container === name && healthy) };
}

function isHealthy(containers: readonly ContainerInfo[], name: string): boolean {
  const state = containers.find((each) => each.Name === `/${name}`)?.State;
  return state?.Running === true && (state.Health === undefined || state.Health.Status === 'healthy');
}

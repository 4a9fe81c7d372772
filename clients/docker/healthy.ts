import { setTimeout as sleep } from 'node:timers/promises';
import { docker, inspectContainer, located, type ContainerAt, type ContainerInfo } from './docker';

const lookEveryMilliseconds = 500;

/** How many of its last lines a container that did not become healthy is told with. */
const lastLines = 20;

/** What a container's state says of it. */
export interface Health {
  /** `waiting`: it may still become healthy. `ill`: it will not by itself. */
  state: 'healthy' | 'waiting' | 'ill';
  /** `exited with code 1`; what the engine calls it. */
  is: string;
}

/** Reads a container's state; undefined stands for one that is not there. */
export function healthOf(container: Pick<ContainerInfo, 'State' | 'RestartCount'> | undefined): Health {
  if (container === undefined) return { state: 'ill', is: 'gone' };
  const { State: state, RestartCount: restarts = 0 } = container;
  // What the engine has started again has ended: it does not keep running.
  if (restarts > 0 && state.Health?.Status !== 'healthy') {
    return { state: 'ill', is: `started again ${restarts} times, it exits (code ${state.ExitCode})` };
  }
  if (state.Restarting === true || !state.Running)
    return { state: 'ill', is: `${state.Status} (code ${state.ExitCode})` };
  if (state.Health === undefined) {
    return {
      state: 'ill',
      is: 'running, but has no health check: its image has no HEALTHCHECK, its service no "health"',
    };
  }
  if (state.Health.Status === 'healthy') return { state: 'healthy', is: 'healthy' };
  if (state.Health.Status === 'starting') return { state: 'waiting', is: 'not healthy yet' };
  const said = state.Health.Log?.at(-1)?.Output.trim().split('\n').at(-1) ?? '';
  return { state: 'ill', is: `${state.Health.Status}${said === '' ? '' : `: ${said}`}` };
}

/**
 * Waits until a container is healthy, and no longer than it takes to know that it will not be.
 * @param seconds how long at most
 * @returns undefined when it is, else what it is
 */
export async function untilHealthy(container: ContainerAt, seconds: number): Promise<string | undefined> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const health = healthOf(await inspectContainer(container));
    if (health.state === 'healthy') return undefined;
    if (health.state === 'ill') return health.is;
    if (performance.now() >= until) return `${health.is} after ${seconds} s`;
    await sleep(lookEveryMilliseconds);
  }
}

/** The last lines that a container has printed, on both streams; none when it is gone. */
export async function lastWords(container: ContainerAt): Promise<string[]> {
  const { name, on } = located(container);
  const { code, stdout, stderr } = await docker(['logs', '--tail', String(lastLines), name], {
    ...on,
    allowFailure: true,
    timeoutSeconds: 20,
  });
  if (code !== 0) return [];
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-lastLines);
}

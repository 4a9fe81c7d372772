import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerState } from './state';

const PAUSE_MILLISECONDS = 200;

/**
 * Waits until a container's health check passes.
 * @throws Error when it has no health check, when time runs out, and at once when the container has ended for good
 */
export async function waitUntilHealthy(
  inspect: () => Promise<ContainerState | undefined>,
  { limitSeconds, signal, status }: { limitSeconds: number; signal: AbortSignal; status: (line: string) => void },
): Promise<void> {
  const end = performance.now() + limitSeconds * 1000;
  status('waiting to be healthy');
  for (;;) {
    const info = await inspect();
    const reason = verdict(info);
    if (reason === 'healthy') return;
    if (reason !== undefined) throw new Error(reason);
    if (performance.now() >= end) throw new Error(notHealthy(`after ${limitSeconds} s`, info));
    await sleep(PAUSE_MILLISECONDS, undefined, { signal });
  }
}

/** `healthy`, why it never will be, or undefined while it may still become so. */
export function verdict(info: ContainerState | undefined): string | undefined {
  if (info === undefined) return 'container failed to be in healthy state: it was removed while it was waited for';
  const { State: state } = info;
  const ended = !state.Running && !state.Restarting && (state.Status === 'exited' || state.Status === 'dead');
  if (ended) return notHealthy(`it ended with exit code ${state.ExitCode}`, info);
  if (state.Health === undefined || state.Health.Status === 'none') {
    return "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. Please remove the 'wait' argument or add a 'healthcheck' attribute";
  }
  return state.Health.Status === 'healthy' ? 'healthy' : undefined;
}

function notHealthy(how: string, info: ContainerState | undefined): string {
  const last = info?.State.Health?.Log?.at(-1);
  const check =
    last === undefined ? '' : `; its last check ended with ${last.ExitCode}: ${last.Output.trim().slice(-300)}`;
  const name = info === undefined ? 'NAME' : info.Name.replace(/^\//, '');
  return `container failed to be in healthy state: ${how}${check}; see \`docker logs ${name}\``;
}

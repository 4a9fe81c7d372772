import type { CustomResourceOptions } from '@pulumi/pulumi';

/** Seconds between the checks of a container that is well. */
const restSeconds = 25;

/** Left by the first check that went well; a file in memory, which every start of a container empties. */
const mark = '/dev/shm/sluice-well';

/** How a container of ours is watched. */
export interface HealthOptions {
  /**
   * Time that it may take to start; failures do not count before. As the engine writes it (`1m0s`, not `60s`): another
   * spelling of the same time is a change for the provider. @default '1m0s'
   */
  startPeriod?: string;
  /** The shell that knows what the check is written in. @default 'sh' */
  shell?: 'sh' | 'bash';
}

/** A container's health check as the provider takes it; times as Go writes them. */
export interface HealthCheck {
  tests: string[];
  interval: string;
  timeout: string;
  startPeriod: string;
  retries: number;
}

/**
 * A health check that is asked every second while a container starts, and when it is ill, but rests while it is well.
 *
 * Each check starts a process in the container, which costs far more than the check itself: asked every few seconds, the
 * containers of an idle Sluice and its shop kept more than half a processor busy. With a long interval every start would take that
 * long, because engines before 25 know no other interval for it. So the check itself waits, before it ends well.
 * @param check shell commands that succeed when the program in the container is well; must end within seconds
 */
export function healthCheck(check: string, o: HealthOptions = {}): HealthCheck {
  const script = `(${check}) || exit 1; [ -e ${mark} ] || { : > ${mark}; exit 0; }; sleep ${restSeconds}`;
  return {
    tests: o.shell === 'bash' ? ['CMD', 'bash', '-c', script] : ['CMD-SHELL', script],
    interval: '1s',
    timeout: `${restSeconds + 10}s`,
    startPeriod: o.startPeriod ?? '1m0s',
    retries: 5,
  };
}

/**
 * How a container whose name stays is replaced: the former one goes first. A changed health check replaces it too: the
 * provider takes the change for one that needs none, and never applies it.
 */
export const replacedByName: CustomResourceOptions = {
  deleteBeforeReplace: true,
  replaceOnChanges: ['healthcheck'],
};

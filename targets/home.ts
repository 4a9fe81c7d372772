import type { OnEngine } from '../clients/docker/docker';
import type { MachinePlace } from './place';

/** Where an environment is: enough to look at it, and to take it away. */
export interface Home {
  /** The engine that it runs on, as the docker client is told. */
  on: OnEngine;
  /** Its folder on another machine; absent of one on the platform's engine. */
  machine?: MachinePlace;
}

/**
 * The folder of an environment on another machine.
 * @throws Error for one on the platform's engine
 */
export function machineOfHome({ machine }: Home): MachinePlace {
  if (machine) return machine;
  throw new Error('what is on the platform’s engine has no machine of its own');
}

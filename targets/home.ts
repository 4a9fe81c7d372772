import type { OnEngine } from '../clients/docker/docker';
import { placeOnMachine, type LedgerPlace, type MachinePlace } from './place';

/** Where an environment is: enough to look at it, to read its ledger, and to take it away. */
export interface Home {
  /** The engine that it runs on, as the docker client is told. */
  on: OnEngine;
  /** Where its ledger lies. */
  ledger: LedgerPlace;
}

/**
 * The folder of an environment on another machine, with its ledger.
 * @throws Error for one on the platform's engine
 */
export function machineOfHome({ ledger }: Home): MachinePlace {
  const place = placeOnMachine(ledger);
  if (place) return place;
  throw new Error('what is on the platform’s engine has no machine of its own');
}

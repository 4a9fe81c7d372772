import type { Store } from '../store';
import type { Machine } from './record';
import type { LeaseTimes } from './times';

/** The lease of an environment, and the store that it lies in. */
export interface LeasePlace {
  store: Store;
  environment: string;
}

/** Who wants a lease, and what for. */
export interface LeaseRequest {
  /** What the run does, for people who wait for it: `./sluice up`, `pipeline discounts 12`. */
  what: string;
  /** Who has started it, for people: `ann`. */
  by: string;
  /** Is told for whom this waits, and what is taken over. */
  note: (line: string) => void;
  /** Ends the waiting. */
  signal?: AbortSignal;
  /** What was handed down to this process, and what it hands down. @default this process's environment */
  variables?: NodeJS.ProcessEnv;
  /** @default {@link leaseTimes} */
  times?: LeaseTimes;
  /** What tells this process. @default what this machine says */
  machine?: Machine;
}

/** The same once it is known that it has to be waited for. */
export type Waiting = LeaseRequest & { times: LeaseTimes };

import type { OnEngine } from '../clients/docker/docker';
import type { Upstream } from './upstream';

/** What an action gets of environments on other machines. It holds their logins, and is secret. */
export interface Places {
  /** The environment that a gate tests. */
  upstream?: Upstream;
  /** The environment that the action is about. */
  own?: Upstream;
}

/** The engine of the environment that an action is about. */
export function ownEngine(places: Places | undefined): OnEngine {
  return places?.own === undefined ? {} : { host: places.own.ssh };
}

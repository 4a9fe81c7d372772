import type { SshConnection } from './ssh';

/** A compose project on another machine. */
export interface ComposePlace {
  ssh: SshConnection;
  /** Folder there with the `docker-compose.yml`; Sluice keeps what it has to remember in `.sluice/` below it. */
  folder: string;
}

/** Where a ledger lies: the name of the platform's container, or the compose project whose environment it is about. */
export type LedgerPlace = string | ComposePlace;

/** A ledger that is no container's name, as people may read it: it holds no secret. */
export function nameOfPlace(place: LedgerPlace): string {
  return typeof place === 'string' ? place : `${place.ssh.user}@${place.ssh.host}:${place.folder}/.sluice`;
}

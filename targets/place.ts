import type { SshConnection } from '../clients/ssh/ssh';

/** Where check evidence lies inside the ledger's container. */
export const evidenceRoot = '/ledger/evidence';

/** Where an environment on another machine has its folder. */
export interface MachinePlace {
  ssh: SshConnection;
  /**
   * Folder there, from the account's home on when it does not begin with a slash; Sluice keeps what it has to remember in `.sluice/`
   * below it. Of a compose project the one with its `docker-compose.yml`.
   */
  folder: string;
}

/** Where a ledger lies: the name of the platform's container, or the machine whose environment it is about. */
export type LedgerPlace = string | MachinePlace;

/** Where on a machine a ledger lies; undefined of one in the platform's container. */
export function placeOnMachine(place: LedgerPlace): MachinePlace | undefined {
  return typeof place === 'string' ? undefined : place;
}

/** The same place on another machine, reached with the login of this one; undefined of the platform's container, which has no login. */
export function onOtherMachine(place: LedgerPlace, machine: Partial<SshConnection>): LedgerPlace | undefined {
  return typeof place === 'string' ? undefined : { ...place, ssh: { ...place.ssh, ...machine } };
}

/** Whether two places are one: a machine under another address has the ledger already, in the same account's home. */
export function samePlace(one: LedgerPlace, other: LedgerPlace): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one.ssh.hostKey === other.ssh.hostKey && one.ssh.user === other.ssh.user;
}

/** A ledger that is no container's name, as people may read it: it holds no secret. */
export function nameOfPlace(place: LedgerPlace): string {
  return typeof place === 'string' ? place : `${place.ssh.user}@${place.ssh.host}:${place.folder}/.sluice`;
}

/** Where in a ledger evidence lies, as people may read it. @param evidence folder below the ledger's `evidence/` */
export function evidenceAt(place: LedgerPlace, evidence: string): string {
  return typeof place === 'string'
    ? `${place}:${evidenceRoot}/${evidence}`
    : `${nameOfPlace(place)}/evidence/${evidence}`;
}

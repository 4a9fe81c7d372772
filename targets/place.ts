import type { SshConnection } from '../clients/ssh/ssh';

/** Where an environment on another machine has its folder. */
export interface MachinePlace {
  ssh: SshConnection;
  /**
   * Folder there, from the account's home on when it does not begin with a slash; Sluice keeps what it has to remember in `.sluice/`
   * below it. Of a compose project the one with its `docker-compose.yml`.
   */
  folder: string;
}

/** How the ledgers of a platform's environments are reached, whichever it is. It holds the key, and is secret. */
export interface LedgerAccess {
  /** What the key comes of that signs records: see store/ledger/keys.ts. */
  key: string;
  /** `sluice:store`; absent: beside Pulumi's state, which this process's environment names. */
  store?: string;
  /** The state is where no store can be: what is on another machine has its ledger there. */
  onMachines?: true;
}

/** Where an environment's ledger is. It holds the key, and is secret. */
export interface LedgerPlace extends Pick<LedgerAccess, 'key' | 'store'> {
  environment: string;
  /** A folder on this machine has it; absent: it is in the store. */
  machine?: MachinePlace;
}

/** Where the ledger of an environment is. @param machine the one that it is on; undefined: this engine */
export function ledgerOf(access: LedgerAccess, environment: string, machine: MachinePlace | undefined): LedgerPlace {
  const { key, store, onMachines } = access;
  const own = onMachines === true && machine ? { machine: { ssh: machine.ssh, folder: machine.folder } } : {};
  return { environment, key, ...(store === undefined ? {} : { store }), ...own };
}

import type { SshConnection } from '../clients/ssh/ssh';
import type { KnownHead } from '../store/ledger/entry';
import type { MachineLogin } from '../store/kinds';
import { loginOf, type LoginKey } from './login';

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
  /** How its machine is known and entered, where it is reached by SSH. */
  storeLogin?: MachineLogin;
  /** The state is where no store can be: what is on another machine has its ledger there. */
  onMachines?: true;
}

/** Where an environment's ledger is. It holds the key, and is secret. */
export interface LedgerPlace extends Pick<LedgerAccess, 'key' | 'store' | 'storeLogin'> {
  environment: string;
  /** The end of it that the environment's state knows: a ledger that ends before it is refused. @default none is known */
  head?: KnownHead;
  /** A folder on this machine has it; absent: it is in the store. */
  machine?: MachinePlace;
  /** Sluice's home has it, wherever the state is: what waits there until its environment's machine is known. */
  inHome?: true;
}

/** The config keys that say where the store is, and how it is entered. */
export type StoreConfig = Readonly<Record<'store' | 'storeHostKey' | LoginKey, string>>;

/** Whether Pulumi's state is where no store can be: what is on another machine has its ledger there. */
export function isWithoutStore(store: string, backend: string | undefined): boolean {
  return store === '' && /^https?:/.test(backend ?? '');
}

/**
 * The same without the key, as far as config tells: also before the platform is there.
 * @param config with the login in plain text; '' for what is not said
 * @param backend `PULUMI_BACKEND_URL`; undefined: Pulumi's state is in Sluice's home
 */
export function storeAccess(config: StoreConfig, backend: string | undefined): Omit<LedgerAccess, 'key'> {
  const { store, storeHostKey: hostKey } = config;
  if (isWithoutStore(store, backend)) return { onMachines: true };
  if (store === '') return {};
  // config/rules/store.ts has refused one on a machine without a login, and a login that nothing needs.
  return hostKey === '' ? { store } : { store, storeLogin: { hostKey, ...loginOf(config) } };
}

/**
 * Where the ledger of an environment is.
 * @param machine the one that it is on; undefined: this engine
 * @param head the end that the environment's state knows; @default none
 */
export function ledgerOf(
  access: LedgerAccess,
  environment: string,
  machine: MachinePlace | undefined,
  head?: KnownHead | null,
): LedgerPlace {
  const { onMachines, ...store } = access;
  const own = onMachines === true && machine ? { machine: { ssh: machine.ssh, folder: machine.folder } } : {};
  const known = head === undefined || head === null ? {} : { head };
  return { environment, ...store, ...known, ...own };
}

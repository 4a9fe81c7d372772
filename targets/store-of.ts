import { sluiceHome } from '../base/paths';
import { openStore } from '../store/kinds';
import { SshStore } from '../store/kinds/ssh';
import type { Store } from '../store/store';
import { storePlace } from '../store/where';
import type { LedgerPlace } from './place';

/**
 * The store that has an environment's ledger.
 * @param environment this process's, which says where Pulumi's state and Sluice's home are, and how a bucket is entered
 * @throws UserError where there can be none
 */
export function storeOf(
  { store, storeLogin, machine, inHome }: Omit<LedgerPlace, 'key'>,
  environment = process.env,
): Store {
  if (machine !== undefined) return new SshStore({ ssh: machine.ssh, folder: `${machine.folder}/.sluice/store` });
  const place = storePlace({
    store,
    backend: inHome === true ? undefined : environment['PULUMI_BACKEND_URL'],
    home: sluiceHome(environment),
    person: environment['HOME'],
  });
  return openStore(place, { environment, machine: () => storeLogin });
}

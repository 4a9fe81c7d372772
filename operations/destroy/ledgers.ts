import { UserError } from '../../base/errors';
import { isEnvironment, type StackFile } from '../../config/stack';
import type { Store } from '../../store/store';
import type { LedgerPlace } from '../../targets/place';
import { storeOf } from '../../targets/store-of';
import { ledgerPlace } from '../ledger-place';

/** What a store keeps by environment. */
const folders = ['ledger', 'ledger-snapshots', 'evidence', 'leases'];

/** The ledgers of the environments that go with their platform. @param stacks all of the project */
export async function ledgersGoing(chosen: readonly StackFile[], stacks: readonly StackFile[]): Promise<LedgerPlace[]> {
  const files = chosen
    .filter(isEnvironment)
    .filter(({ config }) => chosen.some(({ name }) => name === config.platform));
  const found = files.map((file) =>
    ledgerPlace(file, stacks).catch((error: unknown) => {
      // Its platform was never brought up as a whole: it has none.
      if (error instanceof UserError) return undefined;
      throw error;
    }),
  );
  return (await Promise.all(found)).filter((place) => place !== undefined);
}

/** Removes ledgers with their evidence; with the last one of a store, the values that they have shared. */
export async function forgetLedgers(ledgers: readonly LedgerPlace[]): Promise<void> {
  for (const ledger of ledgers) {
    const store = storeOf(ledger);
    for (const folder of folders) await removeFolder(store, `${folder}/${ledger.environment}`);
    if ((await store.list('ledger')).length === 0) await removeFolder(store, 'values');
  }
}

async function removeFolder(store: Store, folder: string): Promise<void> {
  for (const name of await store.list(folder)) {
    if (name.endsWith('/')) await removeFolder(store, name.slice(0, -1));
    else await store.remove(name);
  }
}

import { UserError } from '../../base/errors';
import { isEnvironment, type StackFile } from '../../config/stack';
import type { LeasePlace } from '../../store/lease/request';
import { releaseStore } from '../../store/owner';
import type { Store } from '../../store/store';
import { readingOf } from '../../targets/ledger';
import { ledgerOf, type LedgerPlace } from '../../targets/place';
import { storeOf } from '../../targets/store-of';
import { ledgerAccess, ledgerPlaceAsFound } from '../ledger-place';

/** What a store keeps by environment. */
const folders = ['ledger', 'ledger-snapshots', 'evidence'];

/** What all of them share there. */
const shared = ['values', 'bundles'];

/** The ledgers of the environments that go with their platform. @param stacks all of the project */
export async function ledgersGoing(chosen: readonly StackFile[], stacks: readonly StackFile[]): Promise<LedgerPlace[]> {
  const files = chosen
    .filter(isEnvironment)
    .filter(({ config }) => chosen.some(({ name }) => name === config.platform));
  const found = files.map((file) =>
    ledgerPlaceAsFound(file, stacks).catch((error: unknown) => {
      // Its platform was never brought up as a whole: it has none.
      if (error instanceof UserError) return undefined;
      throw error;
    }),
  );
  return (await Promise.all(found)).filter((place) => place !== undefined);
}

/** The chains of the platforms that go, which tell of their stack files. */
export async function platformsGoing(chosen: readonly StackFile[]): Promise<LedgerPlace[]> {
  const found = chosen
    .filter((file) => !isEnvironment(file))
    .map(({ name }) =>
      ledgerAccess(name).then(
        // Where no store can be, it has none.
        (access) => (access.onMachines === true ? undefined : ledgerOf(access, name, undefined)),
        (error: unknown) => {
          if (error instanceof UserError) return undefined;
          throw error;
        },
      ),
    );
  return (await Promise.all(found)).filter((place) => place !== undefined);
}

/** Removes ledgers with their evidence; with the last one of a store, the values that they have shared, and bundles of stack files. */
export async function forgetLedgers(ledgers: readonly LedgerPlace[]): Promise<void> {
  for (const ledger of ledgers) {
    const store = storeOf(ledger);
    for (const folder of folders) await removeFolder(store, `${folder}/${ledger.environment}`);
    await releaseStore(store, ledger.environment, readingOf(ledger).keys.own?.id ?? '');
    if ((await store.list('ledger')).length > 0) continue;
    for (const folder of shared) await removeFolder(store, folder);
  }
}

/** Removes what leases have left that nobody holds any more. */
export async function forgetLeases(places: readonly LeasePlace[]): Promise<void> {
  for (const { store, environment } of places) await removeFolder(store, `leases/${environment}`);
}

async function removeFolder(store: Store, folder: string): Promise<void> {
  for (const name of await store.list(folder)) {
    if (name.endsWith('/')) await removeFolder(store, name.slice(0, -1));
    else await store.remove(name);
  }
}

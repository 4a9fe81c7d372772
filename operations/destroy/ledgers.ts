import { UserError } from '../../base/errors';
import { isEnvironment, type StackFile } from '../../config/stack';
import { holderOf } from '../../store/lease/record';
import { LeaseRecords } from '../../store/lease/records';
import type { LeasePlace } from '../../store/lease/request';
import { releaseStore, stacksOf } from '../../store/owner';
import type { Store } from '../../store/store';
import { evidenceName } from '../../targets/evidence-names';
import { readingOf } from '../../targets/ledger';
import { ledgerOf, type LedgerAccess, type LedgerPlace } from '../../targets/place';
import { storeOf } from '../../targets/store-of';
import { ledgerAccess, ledgerPlaceIn } from '../ledger-place';
import { isPlatform, storeNow, type PlatformFile } from '../store-now';
import { keyInState } from './key-in-state';
import { isOfAnother } from './other-owner';

/** What a store keeps by environment. */
const foldersOf = (stack: string): string[] => [`ledger/${stack}`, `ledger-snapshots/${stack}`, evidenceName(stack)];

/** What all of them share there. */
const shared = ['values', 'bundles'];

/** The ledgers of the environments that go with their platform, also of those that no file names any more. @param stacks all of the project */
export async function ledgersGoing(chosen: readonly StackFile[], stacks: readonly StackFile[]): Promise<LedgerPlace[]> {
  const found = chosen.filter(isPlatform).map(async (platform): Promise<LedgerPlace[]> => {
    const access = await accessGoing(platform);
    if (access === undefined) return [];
    const own = chosen.filter(isEnvironment).filter(({ config }) => config.platform === platform.name);
    const places = await Promise.all(own.map((file) => ledgerPlaceIn(access, file, stacks)));
    return [...places, ...(await unnamed(access, [platform.name, ...own.map(({ name }) => name)]))];
  });
  return (await Promise.all(found)).flat();
}

/** Those of a store's names that are the platform's, too: of environments that were renamed, removed or moved to another platform. */
async function unnamed(access: LedgerAccess, known: readonly string[]): Promise<LedgerPlace[]> {
  // Names are claimed only there.
  if (access.store === undefined) return [];
  const place = ledgerOf(access, '', undefined);
  const names = await stacksOf(storeOf(place), readingOf(place).keys.own?.id ?? '');
  return names.filter((name) => !known.includes(name)).map((name) => ledgerOf(access, name, undefined));
}

/** The chains of the platforms that go, which tell of their stack files. */
export async function platformsGoing(chosen: readonly StackFile[]): Promise<LedgerPlace[]> {
  const found = chosen.filter(isPlatform).map(async (platform): Promise<LedgerPlace[]> => {
    const access = await accessGoing(platform);
    // Where no store can be, it has none.
    return access === undefined || access.onMachines === true ? [] : [ledgerOf(access, platform.name, undefined)];
  });
  return (await Promise.all(found)).flat();
}

/**
 * How the ledgers of a platform are reached. One whose first update has failed has published nothing: when its state has a key, former ledgers may
 * have been taken over all the same, into the store that its file names.
 * @returns undefined of one that has none
 */
async function accessGoing(platform: PlatformFile): Promise<LedgerAccess | undefined> {
  try {
    return await ledgerAccess(platform.name);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  const key = await keyInState(platform.name);
  return key === undefined ? undefined : { key, ...(await storeNow(platform)) };
}

/**
 * Removes ledgers with their evidence; with the last one of a store, the values that they have shared, and bundles of stack files.
 * @returns what stays, since it is another platform's: of each the stack and the store
 */
export async function forgetLedgers(ledgers: readonly LedgerPlace[]): Promise<string[]> {
  const kept: string[] = [];
  for (const ledger of ledgers) {
    const store = storeOf(ledger);
    if (await isOfAnother(ledger)) {
      kept.push(`${ledger.environment} in ${store.place}`);
      continue;
    }
    for (const folder of foldersOf(ledger.environment)) await removeFolder(store, folder);
    await releaseStore(store, ledger.environment, readingOf(ledger).keys.own?.id ?? '');
    if ((await store.list('ledger')).length > 0 || (await store.list('owners')).length > 0) continue;
    for (const folder of shared) await removeFolder(store, folder);
  }
  return kept;
}

/**
 * Removes what leases have left but their newest records: somebody who has waited for one may have it by now, and numbers only grow.
 * @returns who has one again, for people
 */
export async function forgetLeases(places: readonly LeasePlace[]): Promise<string[]> {
  const held: string[] = [];
  for (const { store, environment } of places) {
    const records = new LeaseRecords(store, environment);
    await records.tidy(1);
    const newest = await records.newest();
    if (newest !== undefined && newest.record?.kind !== 'end') {
      held.push(`${environment} is held by ${holderOf(newest.record)} by now`);
    }
  }
  return held;
}

async function removeFolder(store: Store, folder: string): Promise<void> {
  for (const name of await store.list(folder)) {
    if (name.endsWith('/')) await removeFolder(store, name.slice(0, -1));
    else await store.remove(name);
  }
}

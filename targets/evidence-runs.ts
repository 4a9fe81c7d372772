import type { Store } from '../store/store';
import { atOnce } from '../store/kinds/at-once';
import { evidenceName } from './evidence-names';
import type { LedgerPlace } from './place';
import { storeOf } from './store-of';

/** How many folders are listed, or files removed, side by side. */
const width = 8;

/** The runs that have left evidence in an environment's store: their folders' names there, `evidence/production/3f2a91c0d4e5/watch-2026-…`. */
export async function storedRuns(ledger: LedgerPlace): Promise<string[]> {
  const store = storeOf(ledger);
  const candidates = await foldersIn(store, evidenceName(ledger.environment));
  return (await atOnce(candidates, width, (folder) => foldersIn(store, folder))).flat();
}

/**
 * Which of these folders have evidence.
 * @param folders below `evidence/`
 */
export async function storedEvidence(ledger: LedgerPlace, folders: readonly string[]): Promise<ReadonlySet<string>> {
  const store = storeOf(ledger);
  const above = [...new Set(folders.map((folder) => parentOf(evidenceName(folder))))];
  const found = new Set((await atOnce(above, width, (folder) => foldersIn(store, folder))).flat());
  return new Set(folders.filter((folder) => found.has(evidenceName(folder))));
}

/**
 * Removes what a run has left.
 * @param run one of {@link storedRuns}
 * @param last the file that goes last: whoever is killed before leaves it
 */
export async function removeRun(ledger: LedgerPlace, run: string, last: string): Promise<void> {
  const store = storeOf(ledger);
  const final = `${run}/${last}`;
  const names = await filesBelow(store, run);
  await atOnce(
    names.filter((name) => name !== final),
    width,
    (name) => store.remove(name),
  );
  await store.remove(final);
}

/** The folders that lie directly in one. */
async function foldersIn(store: Store, folder: string): Promise<string[]> {
  return (await store.list(folder)).filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1));
}

async function filesBelow(store: Store, folder: string): Promise<string[]> {
  const names = await store.list(folder);
  const files = names.filter((name) => !name.endsWith('/'));
  const deeper = names.filter((name) => name.endsWith('/')).map((name) => filesBelow(store, name.slice(0, -1)));
  return [...files, ...(await Promise.all(deeper)).flat()];
}

function parentOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/'));
}

import type { Store } from '../store/store';
import { atOnce } from '../store/kinds/at-once';
import { evidenceName } from './evidence-names';
import type { LedgerPlace } from './place';
import { storeOf } from './store-of';

/** How many folders are listed, or files removed, side by side. */
const width = 8;

/**
 * The runs that have left evidence in an environment's store: their folders' names there, `evidence/production/3f2a91c0d4e5/watch-2026-…`. Also
 * folders with nothing in them, which somebody left who was killed: to look into each would take as many commands on a machine.
 */
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
  const listed = new Set((await atOnce(above, width, (folder) => foldersIn(store, folder))).flat());
  const present = folders.filter((folder) => listed.has(evidenceName(folder)));
  const found = await atOnce(present, width, (folder) => hasObject(store, evidenceName(folder)));
  return new Set(present.filter((_, index) => found[index]));
}

/**
 * Removes what a run has left, and its folder.
 * @param run one of {@link storedRuns}
 * @param last the file that goes last: whoever is killed before leaves it
 * @returns whether it had left anything
 */
export async function removeRun(ledger: LedgerPlace, run: string, last: string): Promise<boolean> {
  const store = storeOf(ledger);
  const final = `${run}/${last}`;
  const names = await namesBelow(store, run);
  // A folder that a killed removal has left goes with whatever would have been the last in it.
  const objects = names.map((name) => (name.endsWith('/') ? name + last : name));
  await atOnce(
    objects.filter((name) => name !== final),
    width,
    (name) => store.remove(name),
  );
  await store.remove(final);
  return names.some((name) => !name.endsWith('/'));
}

/** The folders that lie directly in one. */
async function foldersIn(store: Store, folder: string): Promise<string[]> {
  return (await store.list(folder)).filter((name) => name.endsWith('/')).map((name) => name.slice(0, -1));
}

/** The objects below a folder; of a folder without any its name, with a slash at the end. */
async function namesBelow(store: Store, folder: string): Promise<string[]> {
  const names = await store.list(folder);
  if (names.length === 0) return [`${folder}/`];
  const deeper = names.filter((name) => name.endsWith('/')).map((name) => namesBelow(store, name.slice(0, -1)));
  return [...names.filter((name) => !name.endsWith('/')), ...(await Promise.all(deeper)).flat()];
}

async function hasObject(store: Store, folder: string): Promise<boolean> {
  const names = await store.list(folder);
  if (names.some((name) => !name.endsWith('/'))) return true;
  for (const name of names) if (await hasObject(store, name.slice(0, -1))) return true;
  return false;
}

function parentOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/'));
}

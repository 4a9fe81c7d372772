import type { Store } from '../store/store';
import type { EvidenceFile } from './evidence-files';
import { evidenceName, fileName } from './evidence-names';
import type { LedgerPlace } from './place';
import { storeOf } from './store-of';

/** How many files are written or read side by side. */
const atOnce = 8;

/**
 * Writes files into an environment's evidence. What is there already stays as it is.
 * @param folder below `evidence/`: the run that they are of
 */
export async function keepInLedger(files: readonly EvidenceFile[], ledger: LedgerPlace, folder: string): Promise<void> {
  await keepInStore(files, storeOf(ledger), folder);
}

/** The same in a store. */
export async function keepInStore(files: readonly EvidenceFile[], store: Store, folder: string): Promise<void> {
  const left = [...files];
  const work = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      await store.create(evidenceName(folder, file.name), file.content);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** What an environment's evidence has below a folder, by names from there on; nothing where there is no such folder. */
export async function readEvidence(ledger: LedgerPlace, folder: string): Promise<EvidenceFile[]> {
  const root = evidenceName(folder);
  const files = await below(storeOf(ledger), root);
  return files.map(({ name, content }) => ({ name: fileName(name.slice(root.length + 1)), content }));
}

async function below(store: Store, folder: string): Promise<EvidenceFile[]> {
  const folders = (await store.list(folder)).filter((name) => name.endsWith('/'));
  const own = await store.readAll(folder);
  const deeper = await Promise.all(folders.map((name) => below(store, name.slice(0, -1))));
  return [...own, ...deeper.flat()];
}

/** Where an environment's evidence of a run lies, as people may read it: it holds no secret. @param folder below `evidence/` */
export function evidenceAt(ledger: LedgerPlace, folder: string): string {
  return `${storeOf(ledger).place}/${evidenceName(folder)}`;
}

import type { Store } from '../store/store';
import { evidenceName } from './evidence-names';
import type { LedgerPlace } from './place';
import { storeOf } from './store-of';

/**
 * Copies what a store has of an environment into another one: objects that are there already stay. The chain comes last and in its order, so
 * that one which is broken off lacks its end and nothing else.
 * @returns how many records were copied
 */
export async function copyLedger(from: LedgerPlace, to: LedgerPlace): Promise<number> {
  const [source, target] = [storeOf(from), storeOf(to)];
  await copyFolder(source, target, 'values');
  await copyFolder(source, target, evidenceName(from.environment));
  return copyFolder(source, target, `ledger/${from.environment}`);
}

async function copyFolder(source: Store, target: Store, folder: string): Promise<number> {
  let copied = 0;
  for (const { name, content } of await source.readAll(folder)) {
    if (await target.create(name, content)) copied += 1;
  }
  const folders = (await source.list(folder)).filter((name) => name.endsWith('/'));
  for (const name of folders) copied += await copyFolder(source, target, name.slice(0, -1));
  return copied;
}

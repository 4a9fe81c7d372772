import { visibleLine } from '../../base/visible';
import type { Store } from '../store';
import { parseEntry, type SignedEntry } from './entry';
import type { Finding } from './finding';
import { sha256 } from './hash';
import { chainFolder, entryName, numberIn, shardFolder } from './names';

/** An object in a chain's folder, under the name of a link. */
export interface ChainObject {
  /** Of its name. */
  number: number;
  /** SHA-256 of its bytes. */
  hash: string;
  signed: SignedEntry | 'newer' | 'broken';
}

/** Objects under the names of links, in their order, and what lies beside them. */
export interface ChainObjects {
  objects: ChainObject[];
  strays: Finding[];
}

/**
 * Reads a chain's objects.
 *
 * While others write, this is a beginning of the chain: who makes a link has seen the one before, and a folder is read after the next was seen.
 * @param after the last number that is known already
 */
export async function readObjects(store: Store, environment: string, after: number): Promise<ChainObjects> {
  const first = `${shardFolder(environment, after + 1)}/`;
  const found: ChainObjects = { objects: [], strays: [] };
  for (const folder of await store.list(chainFolder(environment))) {
    if (folder.endsWith('/') && folder < first) continue;
    if (!folder.endsWith('/') || !/^\d{6}$/.test(folder.slice(chainFolder(environment).length + 1, -1))) {
      found.strays.push(stray(folder));
      continue;
    }
    const from = folder === first && after > 0 ? entryName(environment, after) : undefined;
    for (const { name, content } of await store.readAll(folder.slice(0, -1), from)) {
      const number = numberIn(environment, name);
      if (number === undefined) found.strays.push(stray(name));
      else found.objects.push({ number, hash: sha256(content), signed: parseEntry(content) });
    }
  }
  return found;
}

function stray(name: string): Finding {
  return { number: 0, kind: 'stray', text: `${visibleLine(name)} lies in the ledger and is no record of it` };
}

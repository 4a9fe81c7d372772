import { visibleLine } from '../../base/visible';
import type { Store, StoredObject } from '../store';
import { parseEntry, type SignedEntry } from './entry';
import type { Finding } from './finding';
import { sha256 } from './hash';
import { chainFolder, entryName, numberIn, shardFolder, startsShard } from './names';

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
 * While others write, this is a beginning of the chain: who makes a link has seen the one before, a folder is read after the next was seen, and
 * one in which something seems to be missing is listed twice.
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
    const read = await store.readAll(folder.slice(0, -1), from);
    const objects: ChainObject[] = [];
    for (const { name, content } of [...read, ...(await unseen(store, environment, folder, from, read))]) {
      const number = numberIn(environment, name);
      if (number === undefined) found.strays.push(stray(name));
      else objects.push({ number, hash: sha256(content), signed: parseEntry(content) });
    }
    found.objects.push(...objects.sort((one, other) => one.number - other.number));
  }
  return found;
}

/**
 * What lay in a folder when its last link was made, and was not seen. A folder is not read in one moment: of two links that are made meanwhile,
 * the second may be seen without the first, and would be taken for one that comes after a loss. The first is there by then, and another look
 * shows it.
 */
async function unseen(
  store: Store,
  environment: string,
  folder: string,
  from: string | undefined,
  read: readonly StoredObject[],
): Promise<StoredObject[]> {
  const links = read.map(({ name }) => name).filter((name) => numberIn(environment, name) !== undefined);
  const [first, last] = [links[0], links.at(-1)].map((name) => numberIn(environment, name ?? ''));
  if (first === undefined || last === undefined) return [];
  const begins = from === undefined ? startsShard(environment, first) : numberIn(environment, from) === first - 1;
  if (begins && last - first + 1 === links.length) return [];
  const seen = new Set(links);
  const found: StoredObject[] = [];
  for (const name of await store.list(folder.slice(0, -1), from)) {
    const number = numberIn(environment, name);
    if (number === undefined || number > last || seen.has(name)) continue;
    const content = await store.read(name);
    if (content !== undefined) found.push({ name, content });
  }
  return found;
}

function stray(name: string): Finding {
  return { number: 0, kind: 'stray', text: `${visibleLine(name)} lies in the ledger and is no record of it` };
}

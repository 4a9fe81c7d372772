import type { Store, StoredObject } from '../../../store/store';
import { byBytes } from '../../../store/store';
import { append, type Build } from '../../../store/ledger/append';
import type { StoredRecord } from '../../../store/ledger/entry';
import { keyOf, type LedgerKeys } from '../../../store/ledger/keys';

/** A store in memory, for what does not depend on the kind. */
export class MemoryStore implements Store {
  readonly place = 'memory';
  readonly objects = new Map<string, Buffer>();

  create(name: string, content: Buffer): Promise<boolean> {
    if (this.objects.has(name)) return Promise.resolve(false);
    this.objects.set(name, Buffer.from(content));
    return Promise.resolve(true);
  }

  read(name: string): Promise<Buffer | undefined> {
    return Promise.resolve(this.objects.get(name));
  }

  list(folder: string, after = ''): Promise<string[]> {
    const prefix = folder === '' ? '' : `${folder}/`;
    const names = [...this.objects.keys()].flatMap((name) => {
      if (!name.startsWith(prefix)) return [];
      const slash = name.indexOf('/', prefix.length);
      return [slash === -1 ? name : name.slice(0, slash + 1)];
    });
    return Promise.resolve([...new Set(names)].filter((name) => byBytes(name, after) > 0).sort(byBytes));
  }

  async readAll(folder: string, after?: string): Promise<StoredObject[]> {
    const names = (await this.list(folder, after)).filter((name) => !name.endsWith('/'));
    return names.map((name) => ({ name, content: this.objects.get(name)! }));
  }

  remove(name: string): Promise<void> {
    this.objects.delete(name);
    return Promise.resolve();
  }
}

/** A key that nobody but these tests has. @param character of which its secret is made */
export function keysOf(character: string): LedgerKeys & { own: NonNullable<LedgerKeys['own']> } {
  const own = keyOf(character.repeat(44));
  return { own, trusted: [own] };
}

export const keys = keysOf('k');

/** Writes records of production, or what is said. */
export function write(store: Store, what: readonly StoredRecord[] | Build, by = keys, environment = 'production') {
  return append(store, environment, what, { keys: by });
}

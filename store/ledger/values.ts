import { UserError } from '../../base/errors';
import type { Store } from '../store';
import { sha256 } from './hash';

/** Bytes of a text, or of a gate's JSON, above which it stands elsewhere. */
const longest = 1024;

/** A value that does not stand in a record itself: many records have the same gate. */
export interface ValueReference {
  /** Where it belongs: `['gate', 'checks', '0', 'settings', 'scenario']`. */
  at: string[];
  is: 'text' | 'json';
  /** Of its content, and its name: `values/<sha256>`. */
  sha256: string;
}

/** A record whose long values are taken out. */
export interface Split<T> {
  record: T;
  /** In the order in which they are put back. */
  values: ValueReference[];
  /** By hash. */
  contents: Map<string, Buffer>;
}

/** `values/3f2a…` */
export function valueName(hash: string): string {
  return `values/${hash}`;
}

/** Takes each text out that is longer than 1 kB, and the gate, if what is left of it still is. The record itself stays as it is. */
export function split<T extends object>(record: T): Split<T> {
  const copy = JSON.parse(JSON.stringify(record)) as T;
  const values: ValueReference[] = [];
  const contents = new Map<string, Buffer>();
  const keep = (at: string[], is: ValueReference['is'], text: string): void => {
    const content = Buffer.from(text);
    const hash = sha256(content);
    contents.set(hash, content);
    values.unshift({ at, is, sha256: hash });
  };
  const walk = (part: object, path: string[]): void => {
    for (const [key, value] of Object.entries(part) as [string, unknown][]) {
      const at = [...path, key];
      if (typeof value === 'object' && value !== null) walk(value, at);
      if (typeof value !== 'string' || Buffer.byteLength(value) <= longest) continue;
      keep(at, 'text', value);
      set(part, key, '');
    }
  };
  walk(copy, []);
  if ('gate' in copy) {
    const gate = JSON.stringify(copy.gate);
    if (Buffer.byteLength(gate) > longest) {
      keep(['gate'], 'json', gate);
      copy.gate = null;
    }
  }
  return { record: copy, values, contents };
}

/** Writes values, before the record that names them. @throws UserError when something else lies under the name of one */
export async function putValues(store: Store, contents: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [hash, content] of contents) {
    const name = valueName(hash);
    if (await store.create(name, content)) continue;
    const found = await store.read(name);
    if (found !== undefined && sha256(found) === hash) continue;
    throw new UserError(
      `${name} in the store ${store.place} is not what its name says: somebody has changed it`,
      `remove ${name} there and do it again; look who may write there`,
      1,
    );
  }
}

/** Values that were read; gates that are the same are one object, so that whoever compares thousands works each out once. */
export class Values {
  private readonly texts = new Map<string, Promise<string | undefined>>();
  private readonly gates = new Map<string, unknown>();

  constructor(private readonly store: Store) {}

  /** Whether somebody has asked for it. */
  has(hash: string): boolean {
    return this.texts.has(hash);
  }

  /**
   * A record with its long values in their places.
   * @returns undefined when one is not there, or is not what its hash says
   */
  async join<T extends object>(record: T, values: readonly ValueReference[]): Promise<T | undefined> {
    if (values.length === 0) return record;
    const contents = await Promise.all(values.map(({ sha256: hash }) => this.text(hash)));
    const gateKey = JSON.stringify(values.filter(({ at }) => at[0] === 'gate'));
    const joined = copied(record, values) as T & { gate?: unknown };
    const hasGate = values[0]?.is === 'json';
    const sameGate = hasGate ? this.gates.get(gateKey) : undefined;
    for (const [index, { at, is }] of values.entries()) {
      const content = contents[index];
      if (content === undefined) return undefined;
      if (sameGate !== undefined && at[0] === 'gate') continue;
      if (!put(joined, at, is === 'json' ? (JSON.parse(content) as unknown) : content)) return undefined;
    }
    if (sameGate !== undefined) joined.gate = sameGate;
    else if (hasGate) this.gates.set(gateKey, joined.gate);
    return joined;
  }

  /** A value as it is; undefined when it is not there, or is not what its hash says. */
  text(hash: string): Promise<string | undefined> {
    const found = this.texts.get(hash) ?? this.read(hash);
    this.texts.set(hash, found);
    return found;
  }

  private async read(hash: string): Promise<string | undefined> {
    const content = await this.store.read(valueName(hash));
    return content === undefined || sha256(content) !== hash ? undefined : content.toString('utf8');
  }
}

/** A copy as deep as values are put into it. */
function copied<T extends object>(record: T, values: readonly ValueReference[]): T {
  const copy: Record<string, unknown> = { ...(record as Record<string, unknown>) };
  for (const key of new Set(values.flatMap(({ at }) => (at.length > 1 ? [at[0] as string] : [])))) {
    copy[key] = structuredClone(copy[key]);
  }
  return copy as T;
}

/** @returns whether there is such a place */
function put(whole: object, at: readonly string[], value: unknown): boolean {
  let part: unknown = whole;
  for (const key of at.slice(0, -1)) {
    part = typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined;
  }
  const last = at.at(-1);
  if (typeof part !== 'object' || part === null || last === undefined) return false;
  set(part, last, value);
  return true;
}

function set(part: object, key: string, value: unknown): void {
  (part as Record<string, unknown>)[key] = value;
}

/** One object of a store. */
export interface StoredObject {
  /** Its name, from the store's root on. */
  name: string;
  content: Buffer;
}

/**
 * Where ledger, evidence, leases and stack files lie: a folder, a bucket, or a folder on another machine. Objects are made once and never
 * changed, so that two writers can't overwrite each other and nobody reads half of one.
 *
 * A name is a path of `/`, each part of `[A-Za-z0-9._-]` and not beginning with a dot: {@link isObjectName}.
 */
export interface Store {
  /** As people may read it: `/home/ann/.local/state/sluice/store`, `s3://bucket/sluice`, `deploy@host:/srv/sluice`. It holds no secret. */
  readonly place: string;
  /** That an object is made once is left to a server, and not every server keeps it: see `probe.ts`. */
  readonly isOnServer?: true;
  /**
   * Makes an object, whole or not at all, unless there is one of that name. When this returns, the object outlasts a power failure, as
   * far as the store can tell.
   * @returns whether it was made; false: there is one of that name, whatever is in it
   * @throws StoreTrouble when it can't tell: the object may be there afterwards, or not
   */
  create(name: string, content: Buffer): Promise<boolean>;
  /** @returns undefined when there is none of that name */
  read(name: string): Promise<Buffer | undefined>;
  /**
   * The names of what lies directly in a folder, in the order of their bytes: objects by their whole names, folders with a slash at the
   * end. Nothing for a folder that is not there.
   * @param folder `ledger/production`, without a slash at the end; '' for the root
   * @param after leaves out whatever comes before this name, and the name itself
   */
  list(folder: string, after?: string): Promise<string[]>;
  /** The objects of {@link list}, with their content, in the same order. Folders and what has gone meanwhile are left out. */
  readAll(folder: string, after?: string): Promise<StoredObject[]>;
  /** Removes an object; one that is not there is no error. Folders that it would lie in go, too, when they are empty. */
  remove(name: string): Promise<void>;
  /** Takes away what writers have left that were killed a day ago or more; absent of a kind where they leave nothing. */
  sweep?(): Promise<void>;
}

const namePart = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Whether something can be an object's name in every kind of store. */
export function isObjectName(name: string): boolean {
  return name.length <= 500 && name.split('/').every((part) => part.length <= 200 && namePart.test(part));
}

/** @throws Error for what can't be an object's name: a mistake of ours, not of a person */
export function assertObjectName(name: string): void {
  if (!isObjectName(name)) throw new Error(`${JSON.stringify(name)} can't be the name of an object in the store`);
}

/** The order of bytes, which is that of every kind of store. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

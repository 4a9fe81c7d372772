import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * A folder of finished things. A thing is made in a temporary folder beside it and renamed into place, so whatever has its
 * name is whole, however the making was ended.
 */
export class Store {
  constructor(
    readonly folder: string,
    readonly temporary: string,
  ) {}

  /** Where the thing of this name is, or will be. */
  path(name: string): string {
    return path.join(this.folder, name);
  }

  has(name: string): boolean {
    return fs.existsSync(this.path(name));
  }

  /**
   * Makes a thing unless it is there.
   * @param make fills the empty folder that it is given; what it throws leaves nothing behind
   * @returns the finished folder
   */
  async add(name: string, make: (folder: string) => Promise<void>): Promise<string> {
    const target = this.path(name);
    if (this.has(name)) return target;
    const draft = this.scratch(name);
    try {
      await make(draft);
      fs.mkdirSync(this.folder, { recursive: true });
      fs.renameSync(draft, target);
    } catch (error) {
      removeTree(draft);
      throw error;
    }
    return target;
  }

  /** A new empty temporary folder. */
  scratch(name: string): string {
    fs.mkdirSync(this.temporary, { recursive: true });
    return fs.mkdtempSync(path.join(this.temporary, `${name}.`));
  }

  /** Removes what killed makers left. To be called by the holder of the lock only. */
  sweep(): void {
    removeTree(this.temporary);
  }
}

/** Removes a folder even when, as in Go's module cache, parts of it are read-only. */
export function removeTree(folder: string): void {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    makeWritable(folder);
    // A maker whose parent was killed may still be writing: some retries outlast it.
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

function makeWritable(folder: string): void {
  fs.chmodSync(folder, 0o700);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) makeWritable(path.join(folder, entry.name));
}

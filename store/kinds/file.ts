import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { assertObjectName, byBytes, type Store, type StoredObject } from '../store';
import { StoreTrouble } from '../trouble';

/** Drafts lie here, apart from what is listed: no object's name begins with a dot. */
const draftFolder = '.drafts';

/** Drafts of writers that were killed go after this long: a day, in milliseconds. */
const draftsLast = 24 * 60 * 60 * 1000;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** What is not there: a file, or a folder that it would lie in. */
const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

/**
 * A store in a folder of this machine. An object is written under another name, forced to the disk, and then linked to its own: a plain
 * exclusive open would leave half an object where the writer was killed.
 */
export class FileStore implements Store {
  /** @param place an absolute path; the folder is made when something is written */
  constructor(readonly place: string) {}

  async create(name: string, content: Buffer): Promise<boolean> {
    assertObjectName(name);
    const file = path.join(this.place, name);
    const drafts = path.join(this.place, draftFolder);
    const draft = path.join(drafts, randomUUID());
    try {
      await fs.mkdir(drafts, { recursive: true, mode: 0o700 });
      await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await this.writeThrough(draft, content);
      return await this.linked(draft, file);
    } catch (error) {
      throw this.trouble(`${name} can't be written`, error);
    } finally {
      // What has gone wrong is told already; a draft that stays is swept.
      await fs.rm(draft, { force: true }).catch(() => undefined);
    }
  }

  async read(name: string): Promise<Buffer | undefined> {
    assertObjectName(name);
    try {
      return await fs.readFile(path.join(this.place, name));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw this.trouble(`${name} can't be read`, error);
    }
  }

  async list(folder: string, after = ''): Promise<string[]> {
    if (folder !== '') assertObjectName(folder);
    try {
      const entries = await fs.readdir(path.join(this.place, folder), { withFileTypes: true });
      return entries
        .filter(({ name }) => !name.startsWith('.'))
        .map((entry) => path.posix.join(folder, entry.name) + (entry.isDirectory() ? '/' : ''))
        .filter((name) => byBytes(name, after) > 0)
        .sort(byBytes);
    } catch (error) {
      if (isAbsent(error)) return [];
      throw this.trouble(`${folder} can't be listed`, error);
    }
  }

  async readAll(folder: string, after?: string): Promise<StoredObject[]> {
    const objects: StoredObject[] = [];
    for (const name of await this.list(folder, after)) {
      if (name.endsWith('/')) continue;
      const content = await this.read(name);
      if (content !== undefined) objects.push({ name, content });
    }
    return objects;
  }

  async remove(name: string): Promise<void> {
    assertObjectName(name);
    try {
      await fs.rm(path.join(this.place, name), { force: true });
    } catch (error) {
      throw this.trouble(`${name} can't be removed`, error);
    }
  }

  /** Takes away what killed writers have left. */
  async sweep(now = Date.now()): Promise<void> {
    const drafts = path.join(this.place, draftFolder);
    const names = await fs.readdir(drafts).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw this.trouble('drafts can’t be listed', error);
    });
    for (const name of names) {
      const draft = path.join(drafts, name);
      const found = await fs.stat(draft).catch(() => undefined);
      if (found !== undefined && now - found.mtimeMs > draftsLast) await fs.rm(draft, { force: true });
    }
  }

  private async writeThrough(file: string, content: Buffer): Promise<void> {
    const handle = await fs.open(file, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** The link is the one step that makes the object; without the folder forced to the disk it could be lost with the power. */
  private async linked(draft: string, file: string): Promise<boolean> {
    try {
      await fs.link(draft, file);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    }
    const folder = await fs.open(path.dirname(file), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return true;
  }

  private trouble(what: string, error: unknown): StoreTrouble {
    const code = codeOf(error);
    const next =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? `make room on the disk of ${this.place}`
        : `look at ${this.place}: it has to be a folder that you may write to, on a file system with links`;
    return new StoreTrouble(`the store in ${this.place}: ${what}: ${(error as Error).message}`, next);
  }
}

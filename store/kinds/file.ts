import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { assertObjectName, byBytes, isObjectName, type Store, type StoredObject } from '../store';
import { StoreTrouble } from '../trouble';
import { atOnce } from './at-once';

/** Drafts lie here, apart from what is listed: no object's name begins with a dot. */
const draftFolder = '.drafts';

/** Drafts of writers that were killed go after this long: a day, in milliseconds. */
const draftsLast = 24 * 60 * 60 * 1000;

/** Files that are read at a time. */
const readers = 16;

/** How often a folder is made again that somebody else has removed, because it was empty, before something was in it. */
const mostTries = 100;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** What is not there: a file, or a folder that it would lie in. */
const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error));

/** A folder where an object was looked for. The second code is Node's own. */
const isFolder = (error: unknown): boolean => ['EISDIR', 'ERR_FS_EISDIR'].includes(codeOf(error));

/**
 * A store in a folder of this machine. An object is written under another name, forced to the disk, and then linked to its own: a plain
 * exclusive open would leave half an object where the writer was killed.
 */
export class FileStore implements Store {
  readonly place: string;
  private root: Promise<void> | undefined;

  /** @param folder an absolute path; the folder is made when something is written */
  constructor(folder: string) {
    this.place = path.resolve(folder);
  }

  async create(name: string, content: Buffer): Promise<boolean> {
    assertObjectName(name);
    const file = path.join(this.place, name);
    const draft = path.join(this.place, draftFolder, randomUUID());
    try {
      await (this.root ??= this.makeRoot());
      await this.writeDraft(draft, content);
      const isMade = await this.linked(draft, file);
      // Also what somebody else has made: who relies on it must not outlast it, and its maker may not have come that far.
      await this.force(file);
      return isMade;
    } catch (error) {
      this.root = undefined;
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
      if (isFolder(error) || (await this.isMissing(error))) return undefined;
      throw this.trouble(`${name} can't be read`, error);
    }
  }

  async list(folder: string, after = ''): Promise<string[]> {
    if (folder !== '') assertObjectName(folder);
    try {
      const entries = await fs.readdir(path.join(this.place, folder), { withFileTypes: true });
      return entries
        .map((entry) => ({ name: path.posix.join(folder, entry.name), slash: entry.isDirectory() ? '/' : '' }))
        .filter(({ name }) => isObjectName(name))
        .map(({ name, slash }) => name + slash)
        .filter((name) => byBytes(name, after) > 0)
        .sort(byBytes);
    } catch (error) {
      if (await this.isMissing(error)) return [];
      throw this.trouble(`${folder === '' ? 'it' : folder} can't be listed`, error);
    }
  }

  async readAll(folder: string, after?: string): Promise<StoredObject[]> {
    const names = (await this.list(folder, after)).filter((name) => !name.endsWith('/'));
    const found = await atOnce(names, readers, async (name) => ({ name, content: await this.read(name) }));
    return found.flatMap(({ name, content }) => (content === undefined ? [] : [{ name, content }]));
  }

  async remove(name: string): Promise<void> {
    assertObjectName(name);
    const file = path.join(this.place, name);
    try {
      await fs.unlink(file);
    } catch (error) {
      // Of a folder some systems say EISDIR, others EPERM.
      if ((await fs.stat(file).catch(() => undefined))?.isDirectory()) return;
      if (!(await this.isMissing(error))) throw this.trouble(`${name} can't be removed`, error);
      // Whoever removed it may have been killed before its folder went.
    }
    await this.removeEmptyAbove(file);
  }

  /** Takes away what killed writers have left. @param now milliseconds since 1970 */
  async sweep(now = new Date().getTime()): Promise<void> {
    const drafts = path.join(this.place, draftFolder);
    const names = await fs.readdir(drafts).catch((error: unknown) => {
      if (isAbsent(error)) return [];
      throw this.trouble("drafts can't be listed", error);
    });
    for (const name of names) {
      const draft = path.join(drafts, name);
      const found = await fs.stat(draft).catch(() => undefined);
      if (found !== undefined && now - found.mtimeMs > draftsLast) await fs.rm(draft, { force: true });
    }
  }

  /** The root is there with all that it lies in; whoever made which of these, their names are on the disk. */
  private async makeRoot(): Promise<void> {
    await fs.mkdir(path.join(this.place, draftFolder), { recursive: true, mode: 0o700 });
    for (let folder = this.place; folder !== path.dirname(folder); folder = path.dirname(folder)) {
      // Folders of others that we may not open were there before us.
      await forceFolder(path.dirname(folder), ['EACCES', 'EPERM']);
    }
  }

  private async writeDraft(file: string, content: Buffer): Promise<void> {
    const handle = await fs.open(file, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** The link is the one step that makes the object. @returns false: there is one */
  private async linked(draft: string, file: string): Promise<boolean> {
    for (let left = mostTries; ; left -= 1) {
      try {
        await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
        await fs.link(draft, file);
        return true;
      } catch (error) {
        // Whoever removes the last object of a folder removes the folder, maybe before ours lies in it.
        if (codeOf(error) === 'ENOENT' && left > 0) continue;
        if (codeOf(error) !== 'EEXIST') throw error;
        const found = await fs.lstat(file, { bigint: true }).catch((missing: unknown) => codeOf(missing));
        if (found === 'ENOENT' && left > 0) continue;
        // NFS may say this of a link that it has just made, when its first answer was lost. That the draft has two names is no proof: a
        // program that backs up by links gives it one, too.
        const { dev, ino } = await fs.stat(draft, { bigint: true });
        if (typeof found !== 'string' && found.dev === dev && found.ino === ino) return true;
        // Not the object is in the way, but a folder, or a file where a folder should be.
        if (typeof found === 'string' || found.isDirectory()) throw error;
        return false;
      }
    }
  }

  /**
   * The object's name, and those of the folders that it lies in, on the disk. Also of folders that were there: whoever has made them may
   * not have come this far.
   */
  private async force(file: string): Promise<void> {
    const folders: string[] = [];
    for (let above = path.dirname(file); above !== this.place; above = path.dirname(above)) folders.push(above);
    // What somebody has removed meanwhile, with our object in it, needs no more.
    await Promise.all([...folders, this.place].map((folder) => forceFolder(folder, ['ENOENT'])));
  }

  private async removeEmptyAbove(file: string): Promise<void> {
    for (let above = path.dirname(file); above !== this.place; above = path.dirname(above)) {
      try {
        await fs.rmdir(above);
      } catch (error) {
        // It is not empty. Otherwise an empty folder stays, which does no harm. One that is gone may lie in one that is not.
        if (codeOf(error) !== 'ENOENT') return;
      }
    }
  }

  /** Whether an error says that something is not there. Where the root is no folder, nothing can be said of what is in it. */
  private async isMissing(error: unknown): Promise<boolean> {
    if (codeOf(error) === 'ENOENT') return true;
    if (codeOf(error) !== 'ENOTDIR') return false;
    return (await fs.stat(this.place).catch(() => undefined))?.isDirectory() ?? false;
  }

  private trouble(what: string, error: unknown): StoreTrouble {
    const next = ['ENOSPC', 'EDQUOT'].includes(codeOf(error))
      ? `make room on the disk of ${this.place}`
      : `look at ${this.place}: it has to be a folder that you may write to, on a file system with links`;
    return new StoreTrouble(`the store in ${this.place}: ${what}: ${(error as Error).message}`, next);
  }
}

/** What file systems say that force no folders: those that can't be written to, mount points that are found by themselves (autofs), FUSE. */
const forcesNone: readonly string[] = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EROFS'];

/** @param passing codes of errors that don't matter */
async function forceFolder(folder: string, passing: readonly string[]): Promise<void> {
  try {
    const handle = await fs.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (![...forcesNone, ...passing].includes(codeOf(error))) throw error;
  }
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { buffer } from 'node:stream/consumers';
import * as tar from 'tar-stream';

/** A file that a bundle holds. */
export interface BundledFile {
  /** From the bundle's root on, of `/`, without `..`. */
  name: string;
  content: Buffer;
  isExecutable: boolean;
}

/**
 * Files as one archive, whose bytes say nothing but their names, contents and whether they can be run: the same files make the same archive,
 * on every machine and at any time.
 */
export async function bundleOf(files: readonly BundledFile[]): Promise<Buffer> {
  const pack = tar.pack();
  const sorted = [...files].sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { name, content, isExecutable } of sorted) {
    const nobody = { uid: 0, gid: 0, uname: '', gname: '', mtime: new Date(0) };
    pack.entry({ name, mode: isExecutable ? 0o755 : 0o644, ...nobody }, content);
  }
  pack.finalize();
  return buffer(pack);
}

/**
 * Writes the files of an archive into a folder.
 * @throws Error for whatever is no file, or lies outside: {@link bundleOf} has not made that
 */
export async function unpackBundle(archive: Buffer, folder: string): Promise<void> {
  const extract = tar.extract();
  extract.end(archive);
  for await (const entry of extract) {
    const { name, type, mode } = entry.header;
    const file = path.resolve(folder, name);
    if (type !== 'file' || path.relative(folder, file).split(path.sep)[0] === '..' || path.isAbsolute(name)) {
      throw new Error(`${JSON.stringify(name)} is nothing that a bundle holds`);
    }
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, await buffer(entry), { mode: (mode & 0o100) === 0 ? 0o600 : 0o700, flag: 'wx' });
  }
}

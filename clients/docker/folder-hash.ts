import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** The files below a folder, relative with `/`, sorted; without `node_modules` and `.git`. Links are not followed. */
export function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((file) => !file.split('/').some((part) => part === 'node_modules' || part === '.git'))
    .sort();
}

/** SHA-256 over the names, contents and executable bits of a folder's files; the same in every checkout. */
export function folderHash(folder: string): string {
  const hash = createHash('sha256');
  for (const file of filesBelow(folder)) {
    const full = path.join(folder, file);
    const executable = (fs.statSync(full).mode & 0o100) !== 0;
    const content = createHash('sha256').update(fs.readFileSync(full)).digest('hex');
    hash.update(`${file}\0${executable ? 'x' : '-'}\0${content}\n`);
  }
  return hash.digest('hex');
}

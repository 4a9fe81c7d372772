import * as fs from 'node:fs';
import * as path from 'node:path';
import { below as belowFolder } from '../../base/paths';
import type { Files } from './draft';

/** The files below a folder, the project's. */
export function projectFiles(root: string): Files {
  const at = (file: string): string => path.join(root, file);
  const stat = (file: string): fs.Stats | undefined => fs.statSync(at(file), { throwIfNoEntry: false });
  const below = (folder: string): string[] =>
    fs.readdirSync(at(folder), { withFileTypes: true }).flatMap((entry) => {
      if (entry.isDirectory())
        return below(path.posix.join(folder, entry.name)).map((name) => path.posix.join(entry.name, name));
      return entry.isFile() ? [entry.name] : [];
    });
  return {
    kind(file) {
      const found = stat(file);
      if (found?.isFile() === true) return 'file';
      return found?.isDirectory() === true ? 'folder' : undefined;
    },
    inside: (file) => belowFolder(file, root) !== undefined,
    read: (file) => fs.readFileSync(at(file)),
    executable: (file) => ((stat(file)?.mode ?? 0) & 0o100) !== 0,
    below: (folder) => below(folder).sort(),
  };
}

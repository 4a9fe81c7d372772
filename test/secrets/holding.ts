import * as fs from 'node:fs';
import * as path from 'node:path';

/** Files below a folder that hold a text; those that nobody reads at once (20 MB) are left out. */
export function holding(folder: string, text: string): string[] {
  const found: string[] = [];
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    try {
      if (fs.statSync(file).size < 20_000_000 && fs.readFileSync(file).includes(text)) found.push(file);
    } catch {
      // Gone, or nobody's to read.
    }
  }
  return found;
}

import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Writes a file so that whoever reads it finds the former text or this one, whole; and only when the two differ.
 * @param mode of a new file. @default as the person's other files
 */
export function replaceFile(file: string, text: string, mode?: number): void {
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return;
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text, { mode });
  fs.renameSync(draft, file);
}

import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Pulumi's folder backend keeps the attributes of each file in another one beside it, `<file>.attrs`, which it writes in place: a run
 * that is killed in that moment leaves it empty, and from then on Pulumi refuses the stack ("failed to load checkpoint: EOF"). The
 * attributes are a content type and a checksum; Pulumi does without them, and writes them anew. The state itself is
 * written aside and renamed, so it is always whole.
 *
 * Removes those that are cut short. One that somebody writes at this moment is not missed either.
 * @param folder the state's
 * @returns the files whose attributes were removed
 */
export function removeBrokenAttributes(folder: string): string[] {
  const root = path.join(folder, '.pulumi');
  if (!fs.existsSync(root)) return [];
  const broken = fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.attrs'))
    .map((name) => path.join(root, name))
    .filter((file) => !isWhole(file));
  for (const file of broken) fs.rmSync(file, { force: true });
  return broken.map((file) => file.slice(0, -'.attrs'.length));
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(fs.readFileSync(file, 'utf8'));
    return true;
  } catch (error) {
    return !(error instanceof SyntaxError);
  }
}

import * as fs from 'node:fs';
import * as path from 'node:path';

const saltLine = /^encryptionsalt:.*$/m;

/**
 * The stack file that Pulumi is given: the checkout's, with the salt that Pulumi added to the former copy.
 * So the checkout is never written to, and a read-only program folder will do. A salt in the checkout counts only
 * where it is needed, to decrypt values there; else it may be of another state, left by plain Pulumi.
 * @param copies the former copy, and those of other stacks: a new stack takes over a salt of theirs, because Pulumi
 *   derives a key for each salt that an update meets, its own and its StackReferences', and is slow on purpose at that
 */
export function withSalt(source: string, ...copies: string[]): string {
  const own = /^\s+secure: /m.test(source) ? saltLine.exec(source)?.[0] : undefined;
  const salt = own ?? copies.map((copy) => saltLine.exec(copy)?.[0]).find((line) => line !== undefined);
  const rest = source.replace(new RegExp(saltLine, 'gm'), '').trim();
  return [rest, ...(salt === undefined ? [] : [salt])].filter((part) => part !== '').join('\n') + '\n';
}

/** Where the copies lie. With a project file of its own, so that Pulumi can work on stacks from there. */
export function configFolder(home: string): string {
  return path.join(home, 'config');
}

/**
 * Brings the copy of a stack's file up to date and returns its path.
 * @param programFolder where Pulumi.yaml and Pulumi.<stack>.yaml are
 */
export function copyStackConfig(programFolder: string, home: string, stack: string): string {
  const folder = configFolder(home);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  replace(path.join(folder, 'Pulumi.yaml'), 'name: sluice\nruntime: nodejs\n');
  const source = readIfThere(path.join(programFolder, `Pulumi.${stack}.yaml`));
  const copy = path.join(folder, `Pulumi.${stack}.yaml`);
  replace(copy, withSalt(source, readIfThere(copy), ...otherCopies(folder)));
  return copy;
}

function otherCopies(folder: string): string[] {
  const files = fs.readdirSync(folder).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
  return files.sort().map((file) => readIfThere(path.join(folder, file)));
}

function readIfThere(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

/** Written whole, and only when it differs. */
function replace(file: string, text: string): void {
  if (readIfThere(file) === text) return;
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, text, { mode: 0o600 });
  fs.renameSync(draft, file);
}

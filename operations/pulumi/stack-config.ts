import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hasEncryptedValues } from '../../base/encrypted-values';
import { replaceFile } from '../../base/replace-file';

const saltLine = /^encryptionsalt:.*$/m;

/**
 * The stack file that Pulumi is given: the checkout's, with the salt that Pulumi added to the former copy.
 * So the checkout is never written to, and a read-only program folder will do. A salt in the checkout counts only
 * where it is needed, to decrypt values there; else it may be of another state, left by plain Pulumi.
 * @param copies the former copy, and those of other stacks: a new stack takes over a salt of theirs, because Pulumi
 *   derives a key for each salt that an update meets, its own and its StackReferences', and is slow on purpose at that
 */
export function withSalt(source: string, ...copies: string[]): string {
  const own = hasEncryptedValues(source) ? saltLine.exec(source)?.[0] : undefined;
  const salt = own ?? copies.map((copy) => saltLine.exec(copy)?.[0]).find((line) => line !== undefined);
  const rest = source.replace(new RegExp(saltLine, 'gm'), '').trim();
  return [rest, ...(salt === undefined ? [] : [salt])].filter((part) => part !== '').join('\n') + '\n';
}

/** The folder of this process's copies; undefined until one is needed. */
let ownFolder: string | undefined;

/**
 * Where this process's copies of the stack files lie, with a project file, so that Pulumi can work on stacks from there. The folder is this
 * process's own and ends with it: what another checkout's files say reaches no update of this one, and a verb that is refused leaves nothing.
 */
export function configFolder(): string {
  if (ownFolder !== undefined && fs.existsSync(ownFolder)) return ownFolder;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-config-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  fs.writeFileSync(path.join(folder, 'Pulumi.yaml'), 'name: sluice\nruntime: nodejs\n');
  ownFolder = folder;
  return folder;
}

/**
 * Brings this process's copy of a stack's file up to date and returns its path.
 * @param from where Pulumi.<stack>.yaml is
 * @param home where the copies of what was last brought up are
 */
export function copyStackConfig(from: string, home: string, stack: string): string {
  const copy = copyIn(configFolder(), stack);
  const source = readIfThere(copyIn(from, stack));
  const kept = readIfThere(copyIn(keptIn(home), stack));
  replaceFile(
    copy,
    withSalt(source, readIfThere(copy), kept, ...copiesIn(keptIn(home)), ...copiesIn(configFolder())),
    0o600,
  );
  return copy;
}

/** Keeps a stack's file as it has just been brought up, with the salt that Pulumi gave it. */
export function keepStackConfig(home: string, stack: string): void {
  const copy = readIfThere(copyIn(configFolder(), stack));
  if (copy !== '') replaceFile(copyIn(keptIn(home), stack), copy, 0o600);
}

function keptIn(home: string): string {
  return path.join(home, 'config');
}

function copyIn(folder: string, stack: string): string {
  return path.join(folder, `Pulumi.${stack}.yaml`);
}

function copiesIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((file) => /^Pulumi\..+\.yaml$/.test(file));
  return files.sort().map((file) => readIfThere(path.join(folder, file)));
}

function readIfThere(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
}

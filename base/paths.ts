import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from './errors';

/** This project's root: the folder of Pulumi.yaml and of the program. */
export const projectRoot = path.dirname(__dirname);

/**
 * Where the stack files are, and the files that they name: compose files, scenarios, an authority's certificates, folders that are built.
 * $SLUICE_CONFIG, an absolute path, else this project's root.
 */
export function configRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['SLUICE_CONFIG'] ?? '';
  return given === '' ? projectRoot : path.resolve(given);
}

function home(environment: NodeJS.ProcessEnv): string {
  return environment['HOME'] ?? os.homedir();
}

/**
 * Where this machine keeps what must not be lost: Pulumi's state (`pulumi/`), the passphrase (mode 0600), and, of what was last brought up,
 * the images (`images.json`) and the stack files (`config/`). A verb writes there only what has succeeded, but for its logs (`logs/`) and the
 * copies of evidence that people have asked for (`evidence/`).
 * $SLUICE_HOME, else $XDG_STATE_HOME/sluice, else ~/.local/state/sluice.
 */
export function sluiceHome(environment: NodeJS.ProcessEnv = process.env): string {
  return (
    environment['SLUICE_HOME'] ??
    path.join(environment['XDG_STATE_HOME'] ?? path.join(home(environment), '.local', 'state'), 'sluice')
  );
}

/**
 * Where the toolchain keeps what can be made again.
 * $SLUICE_CACHE, else $XDG_CACHE_HOME/sluice, else ~/.cache/sluice.
 */
export function sluiceCache(environment: NodeJS.ProcessEnv = process.env): string {
  return (
    environment['SLUICE_CACHE'] ??
    path.join(environment['XDG_CACHE_HOME'] ?? path.join(home(environment), '.cache'), 'sluice')
  );
}

/** A file or folder of the project, as config names it: relative, without `..`. */
export const projectFile = /^(?!\/)(?!.*\.\.)[\w./-]+$/;

/** What config is told that names another one. */
export const projectFileRule = 'must be a path below the project, of letters, digits and . _ / -';

/** What is said of a path that leads out of the project. */
export function outsideProject(name: string): string {
  return `${name} is outside the project, whose files alone every machine has`;
}

/**
 * The whole path of something below a folder, without links; undefined for what is outside: by its words, or because it or a part of it
 * is a link that leads out.
 * @param name relative to the folder; it need not be there
 */
export function below(name: string, folder: string): string | undefined {
  const whole = path.resolve(folder, name);
  if (path.isAbsolute(name) || leadsOut(folder, whole)) return undefined;
  const real = realPath(whole);
  return leadsOut(realPath(folder), real) ? undefined : real;
}

function leadsOut(folder: string, whole: string): boolean {
  const [first] = path.relative(folder, whole).split(path.sep);
  return first === '..';
}

/** A path without links; of what is not there, as far as it is. */
export function realPath(name: string): string {
  try {
    return fs.realpathSync(name);
  } catch {
    const above = path.dirname(name);
    return above === name ? name : path.join(realPath(above), path.basename(name));
  }
}

/**
 * The whole path of a file or folder that config names, see {@link below}.
 * @param name as config has it, relative to the folder of the stack files
 * @param where who has named it, for the message: `Pulumi.staging.yaml: sluice:gate: `
 * @throws UserError for one that is outside
 */
export function belowProject(name: string, where = ''): string {
  const whole = below(name, configRoot());
  if (whole !== undefined) return whole;
  throw new UserError(`${where}${outsideProject(name)}`, 'put it into the project, and name it there');
}

import * as os from 'node:os';
import * as path from 'node:path';

/** This project's root: the folder of Pulumi.yaml. */
export const projectRoot = path.dirname(__dirname);

function home(environment: NodeJS.ProcessEnv): string {
  return environment['HOME'] ?? os.homedir();
}

/**
 * Where this machine keeps what must not be lost: Pulumi's state (`pulumi/`), the passphrase (mode 0600), the chosen
 * images (`images.json`), the stack configs as last used (`config/`).
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

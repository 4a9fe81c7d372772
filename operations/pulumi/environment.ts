import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { sluiceHome } from '../../base/paths';
import { ownStateFolder, passphraseFile, stateFolder } from '../../base/state-folder';
import { makePassphrase } from './passphrase';

/** Where a backend that is a folder keeps a stack's state. */
export function stateFile(folder: string, stack: string): string {
  return path.join(folder, '.pulumi', 'stacks', 'sluice', `${stack}.json`);
}

/** What Pulumi needs beyond the toolchain: where the state is and what decrypts it. What the person has set stays. */
export function deliveryEnvironment(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const home = sluiceHome(given);
  const own: NodeJS.ProcessEnv = {
    PULUMI_BACKEND_URL: backendOf(given),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: given['PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION'] ?? 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    // A checkout's stack file has no salt: take the one that the state was encrypted with.
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: 'true',
    // A static program asks these when the user has no entry in the image's list of users.
    HOME: given['HOME'] ?? os.tmpdir(),
    USER: given['USER'] ?? String(process.getuid?.() ?? 'user'),
  };
  if (given['PULUMI_CONFIG_PASSPHRASE'] === undefined && given['PULUMI_CONFIG_PASSPHRASE_FILE'] === undefined) {
    own['PULUMI_CONFIG_PASSPHRASE_FILE'] = passphraseFile(home);
  }
  return own;
}

/** Where the state is. A folder is said by its whole path: not every process begins in the one that it is relative to. */
function backendOf(given: NodeJS.ProcessEnv): string {
  const said = given['PULUMI_BACKEND_URL'];
  if (said === undefined) return pathToFileURL(ownStateFolder(sluiceHome(given))).href;
  const folder = stateFolder(given);
  return folder === undefined || /^file:\/\/[~/]/.test(said) ? said : pathToFileURL(folder).href;
}

/**
 * Makes what the first stack needs: the state's folder, and the passphrase, as far as they are this machine's own. Done no earlier than a
 * stack is made, so that a verb that is refused before leaves nothing.
 */
export function makeState(environment: NodeJS.ProcessEnv): void {
  const home = sluiceHome(environment);
  const folder = stateFolder(environment);
  if (folder !== undefined) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (environment['PULUMI_CONFIG_PASSPHRASE_FILE'] === passphraseFile(home)) makePassphrase(home);
}

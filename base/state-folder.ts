import * as os from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { realPath } from './paths';

/** The state's folder when the backend is one; undefined for a shared backend (a bucket), and when nobody has said one. */
export function stateFolder(environment: NodeJS.ProcessEnv): string | undefined {
  return folderOfBackend(environment['PULUMI_BACKEND_URL'] ?? '', environment['HOME']);
}

/**
 * The folder that a backend is: `file:///mnt/state`, `file://~` of a person's home, `file://state` of where this process is.
 * @param backend `PULUMI_BACKEND_URL`
 * @param person the home of the person; @default as the system knows it
 */
export function folderOfBackend(backend: string, person = os.homedir()): string | undefined {
  if (!backend.startsWith('file://')) return undefined;
  if (backend.startsWith('file://~')) return path.join(person, backend.slice('file://~'.length));
  return backend.startsWith('file:///') ? fileURLToPath(backend) : path.resolve(backend.slice('file://'.length));
}

/** Where Sluice's home has the state when nobody has said another place. */
export function ownStateFolder(home: string): string {
  return path.join(home, 'pulumi');
}

/** Whether a folder is the one in which the home has the state, whoever has said it. */
export function isOwnState(folder: string, home: string): boolean {
  return realPath(path.resolve(folder)) === realPath(path.resolve(ownStateFolder(home)));
}

/** The file with the passphrase that encrypts this machine's stacks. @param home Sluice's home folder */
export function passphraseFile(home: string): string {
  return path.join(home, 'passphrase');
}

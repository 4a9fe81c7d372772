import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { passphraseFile } from '../../base/state-folder';

/**
 * Makes the passphrase when there is none: 32 random bytes, mode 0600. It appears whole or not at all, and two first runs at once agree
 * on one.
 * @param home Sluice's home folder; made (mode 0700) when missing
 */
export function makePassphrase(home: string): void {
  const file = passphraseFile(home);
  if (fs.existsSync(file)) return;
  fs.mkdirSync(home, { recursive: true, mode: 0o700 });
  const draft = path.join(home, `.passphrase-${randomBytes(6).toString('hex')}`);
  fs.writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  try {
    fs.linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { sluiceHome } from '../../base/paths';
import { stateFolder } from '../pulumi/environment';

/** What Sluice keeps in its home folder; nothing else there is touched. */
const ours = ['compile-cache', 'config', 'evidence', 'images.json', 'logs', 'passphrase', 'store'];

/**
 * Removes the home folder's contents that are ours, and the folder when that leaves it empty. State in a shared
 * backend is left with the passphrase that reads its history.
 * @returns what was removed
 */
export function forgetHome(home = sluiceHome(), environment = process.env): string[] {
  const state = stateFolder(environment);
  if (state === undefined) return [];
  const own = path.join(home, 'pulumi');
  const files = [
    ...(path.resolve(state) === path.resolve(own) ? [own] : []),
    ...ours.map((name) => path.join(home, name)),
  ].filter((file) => fs.existsSync(file));
  for (const file of files) fs.rmSync(file, { recursive: true, force: true });
  if (fs.existsSync(home) && fs.readdirSync(home).length === 0) fs.rmdirSync(home);
  return files;
}

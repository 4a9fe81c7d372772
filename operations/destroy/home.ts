import * as fs from 'node:fs';
import * as path from 'node:path';
import { sluiceHome } from '../../base/paths';
import { isOwnState, ownStateFolder, stateFolder } from '../../base/state-folder';

/** What Sluice keeps in its home folder; nothing else there is touched. */
const ours = ['compile-cache', 'config', 'evidence', 'images.json', 'logs', 'passphrase', 'store'];

/** What is left of a store in a folder when all its objects are gone, the innermost first. */
const leftOfStore = ['sluice/.drafts', 'sluice'];

/**
 * Removes the home folder's contents that are ours, and the folder when that leaves it empty. State in a shared
 * backend is left with the passphrase that reads its history; of a store beside it the empty folder goes.
 * @returns what was removed
 */
export function forgetHome(home = sluiceHome(), environment = process.env): string[] {
  const state = stateFolder(environment);
  if (state === undefined) return [];
  const isOwn = isOwnState(state, home);
  if (!isOwn) removeEmpty(leftOfStore.map((name) => path.join(state, name)));
  const files = [...(isOwn ? [ownStateFolder(home)] : []), ...ours.map((name) => path.join(home, name))].filter(
    (file) => fs.existsSync(file),
  );
  for (const file of files) fs.rmSync(file, { recursive: true, force: true });
  if (fs.existsSync(home) && fs.readdirSync(home).length === 0) fs.rmdirSync(home);
  return files;
}

function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) if (fs.existsSync(folder) && fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
}

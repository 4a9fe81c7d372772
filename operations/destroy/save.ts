import * as fs from 'node:fs';
import { inspectContainer } from '../../clients/docker/docker';
import type { LedgerPlace } from '../../targets/place';
import type { Note } from '../note';
import { hasServers, platformAt, type Platform } from '../platform';
import { backUp, backupFolder, type ToSave } from './backup';

/** A platform that goes. */
export interface GoingPlatform {
  /** Its stack. */
  name: string;
  /** What the names of its Docker objects begin with. */
  instance: string;
  /** Of its environments. */
  ledgers: readonly LedgerPlace[];
}

/**
 * Saves what people may miss of a platform: its ledgers, and the repositories of a git host of its own. One that was never brought up as a
 * whole and keeps no ledgers has nothing to save.
 * @returns what was saved and where, for people; undefined for nothing
 * @throws Error when something can't be saved
 */
export async function savePlatform(
  { name, instance, ledgers }: GoingPlatform,
  note: Note,
): Promise<string | undefined> {
  const platform = await platformAt(name);
  if (platform === undefined && ledgers.length === 0) return undefined;
  const servers = await serversOf(name, platform, note);
  const folder = unused(backupFolder(process.env, new Date()));
  await backUp({ instance: platform?.instance ?? instance, ...servers }, ledgers, folder);
  return `saved ${servers.servers === undefined ? 'ledger' : 'repositories and ledger'}: ${folder}`;
}

/** The git host whose repositories can be saved. */
async function serversOf(name: string, platform: Platform | undefined, note: Note): Promise<Pick<ToSave, 'servers'>> {
  if (platform === undefined) return {};
  if (!hasServers(platform)) {
    note(`${name}: its repositories are elsewhere, so only its ledger is saved`);
    return {};
  }
  if ((await inspectContainer(platform.gitHost.container)) !== undefined) return { servers: platform };
  note(`${name}: its git host is gone, so only its ledger is saved`);
  return {};
}

/** Platforms that go in the same second have a folder each. */
function unused(folder: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? folder : `${folder}-${number}`;
    if (!fs.existsSync(name)) return name;
  }
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../base/errors';

/** What an update may need for state, history and logs. One update of three stacks was seen to take 2 MiB. */
const neededMebibytes = 16;

/**
 * Refuses to begin when the state's disk is nearly full: a state that can't be written in the middle of an update no
 * longer says what runs.
 * @param folder where the state is, or will be
 */
export function refuseFullDisk(folder: string, free: (folder: string) => number = freeBytes): void {
  const mebibytes = free(nearestExisting(folder)) / 1024 / 1024;
  if (mebibytes >= neededMebibytes) return;
  throw new UserError(
    `the disk of ${folder} is full: ${mebibytes.toFixed(1)} MiB free, ${neededMebibytes} MiB needed`,
    'make room there, or set SLUICE_HOME to a folder on another disk',
  );
}

/** What this user may still write on a folder's disk. */
function freeBytes(folder: string): number {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
}

function nearestExisting(folder: string): string {
  return fs.existsSync(folder) ? folder : nearestExisting(path.dirname(folder));
}

/** A write that failed for want of room, in words; undefined for any other error. */
export function fullDisk(error: unknown): UserError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, path: file } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
  return new UserError(
    `there is no room left on the disk${file === undefined ? '' : ` of ${file}`}`,
    'make room there (docker system df shows what the engine holds), then the same again',
  );
}

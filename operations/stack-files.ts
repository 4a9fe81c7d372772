import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { configRoot, projectRoot } from '../base/paths';
import type { StackFile } from '../config/stack';
import { whoIsAtWork } from '../pipelines/by';
import { stackFilesOf } from '../stacks/stack-files';
import { unpackBundle } from '../store/bundle/archive';
import { sha256 } from '../store/ledger/hash';
import { readBundle, recordBundle } from '../store/bundle/record';
import { readingOf } from '../targets/ledger';
import { ledgerOf, type LedgerAccess } from '../targets/place';
import { storeOf } from '../targets/store-of';
import type { Note } from './note';
import { outputsOf } from './pulumi/outputs';
import { aSecond, untilThere } from './until-there';

/**
 * Records the stack files as they are now: what the platform's pipelines deploy with from now on. Done once its update has succeeded, and
 * before a pipeline is waited for, which may be the one that brings an environment up. Where no store can be, its state has them already.
 * @throws UserError and StoreTrouble, as {@link recordBundle}
 */
export async function recordStackFiles(
  platform: string,
  stacks: readonly StackFile[],
  access: LedgerAccess,
): Promise<void> {
  if (access.onMachines === true) return;
  const place = ledgerOf(access, platform, undefined);
  const archive = await stackFilesOf(platform, stacks);
  await recordBundle(storeOf(place), platform, archive, { keys: readingOf(place).keys, by: whoIsAtWork() });
}

/** The bundle that this process reads now, and where. */
let inUse: { hash: string; folder: string } | undefined;

/**
 * Has this process, and all that it starts, read the stack files that a platform's last `up` has recorded. Where it does already, nothing happens.
 * @param pause between two looks
 * @throws UserError when none are on record, and as {@link readBundle}
 */
export async function useRecordedFiles(
  platform: string,
  access: LedgerAccess,
  note: Note,
  pause = aSecond,
): Promise<void> {
  const { archive, told } =
    access.onMachines === true ? await filesInState(platform) : await filesOnRecord(platform, access, note, pause);
  const hash = sha256(archive);
  if (hash === inUse?.hash && configRoot() === inUse.folder) return;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-stack-files-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  await unpackBundle(archive, folder);
  process.env['SLUICE_CONFIG'] = folder;
  inUse = { hash, folder };
  note(`${platform}: stack files ${told}`);
}

/** An archive of stack files, and when it is from, as people read it. */
interface FoundFiles {
  archive: Buffer;
  told: string;
}

async function filesOnRecord(
  platform: string,
  access: LedgerAccess,
  note: Note,
  pause: () => Promise<void>,
): Promise<FoundFiles> {
  const place = ledgerOf(access, platform, undefined);
  const store = storeOf(place);
  const found = await untilThere(
    () => readBundle(store, platform, readingOf(place).keys),
    () => {
      note(`${platform} has no stack files on record yet: waiting for the "up" that records them`);
    },
    pause,
  );
  if (found !== undefined) return { archive: found.archive, told: `of ${found.record.at}, by ${found.record.by}` };
  throw without(platform, `in the store ${store.place}`);
}

/** Of a platform whose state is where no store can be. */
async function filesInState(platform: string): Promise<FoundFiles> {
  const archive = (await outputsOf(platform))?.['stackFiles'];
  if (typeof archive !== 'string') throw without(platform, 'in its state');
  return { archive: Buffer.from(archive, 'base64'), told: 'of its last update' };
}

function without(platform: string, where: string): UserError {
  return new UserError(`no stack files of ${platform} are on record ${where}`, 'npm run up, which records them', 1);
}

/**
 * For who is about to read stack files without saying of which platform.
 * @throws UserError in the image of pipelines, which has none of its own
 */
export function refuseWithoutFiles(isImage: boolean, root = configRoot()): void {
  if (!isImage || root !== projectRoot) return;
  throw new UserError(
    'this image holds the program, and no stack files',
    `make the pipeline's file anew: ${sluice('pipeline')} REPOSITORY; or set SLUICE_CONFIG to a folder of stack files`,
  );
}

import { isImage } from '../base/image';
import { sluice } from '../base/command';
import type { Note } from './note';
import { untilPlatformFree } from './lease';
import { ledgerAccess, ledgerAccessOnceThere } from './ledger-place';
import { prepare } from './prepare';
import { refuseWithoutFiles, useRecordedFiles } from './stack-files';

/** How a verb of a pipeline was called. */
interface Caller {
  /** `platform`: the one whose recorded stack files count. */
  options: Readonly<Record<string, string | boolean | undefined>>;
  note: Note;
}

/**
 * Before a verb reads stack files: in a pipeline those count that the platform's last `up` has recorded, at a terminal those of the checkout.
 * @param pause between two looks at what an `up` that is under way has still to publish; @default a second
 * @throws UserError when they can't be had
 */
export async function chooseConfig(call: Caller, pause?: () => Promise<void>): Promise<void> {
  const { platform } = call.options;
  if (typeof platform !== 'string') {
    refuseWithoutFiles(isImage());
    return;
  }
  await prepare(call);
  // The seed's push starts the first pipeline before the platform's update has ended and told where everything is.
  await untilPlatformFree(platform, { what: sluice('deploy'), note: call.note });
  // Its lock and lease tell of an update where they can be seen: not in Pulumi Cloud, and not in a store that only its own files name.
  await useRecordedFiles(platform, await ledgerAccessOnceThere(platform, call.note, pause), call.note, pause);
}

/**
 * The same once nobody else can change the environment that the verb is about: while it was waited for, an `up` may have recorded other stack files.
 * @throws UserError when they can't be had
 */
export async function chooseConfigAgain({ options: { platform }, note }: Caller): Promise<void> {
  if (typeof platform === 'string') await useRecordedFiles(platform, await ledgerAccess(platform), note);
}

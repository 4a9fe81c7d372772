import { sluiceHome } from '../../base/paths';
import { stateFolder } from '../../base/state-folder';
import { isEnvironment, type StackFile } from '../../config/stack';
import { refuseMissingImages } from './images';
import { refuseTakenPorts } from './ports';
import { refuseFullDisk } from './room';

/** Refuses before anything is written when there is no room for it. */
export function refuseWithoutRoom(): void {
  for (const folder of new Set([sluiceHome(), stateFolder(process.env) ?? sluiceHome()])) refuseFullDisk(folder);
}

/**
 * What would end an update half-way is looked for before it begins.
 * @param chosen the stacks that are about to be updated, in order
 * @throws UserError
 */
export async function preflight(stacks: readonly StackFile[], chosen: readonly StackFile[]): Promise<void> {
  await refuseTakenPorts(stacks, chosen);
  for (const environment of chosen.filter(isEnvironment)) await refuseMissingImages(environment);
}

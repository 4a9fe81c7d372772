import * as path from 'node:path';
import { folderOfBackend, isOwnState } from '../base/state-folder';
import type { PipelineDescription } from '../pipelines/description';
import type { PlatformSurroundings } from './platform-surroundings';

/**
 * Where steps that deploy find state and store: in Sluice's home, else in the folder that somebody has said. With a state elsewhere they
 * get nothing of the home: whoever brings up the platform from another machine has another one, and nothing is to be made anew for that.
 */
export function stateOf({
  home,
  backend,
}: Pick<PlatformSurroundings, 'home' | 'backend'>): Pick<PipelineDescription, 'home' | 'state'> {
  const own = home();
  const said = backend() ?? '';
  const folder = folderOfBackend(said);
  if (folder === undefined) return said === '' ? { home: own } : {};
  return isOwnState(folder, own) ? { home: own } : { state: path.resolve(folder) };
}

import * as path from 'node:path';
import { folderOfBackend, isOwnState } from '../base/state-folder';
import type { PipelineDescription } from '../pipelines/description';
import type { PlatformSurroundings } from './platform-surroundings';

/**
 * Where steps that deploy find state, store and stack configuration: in Sluice's home, and in the folder that the backend is, if somebody has
 * said another one.
 */
export function stateOf({
  home,
  backend,
}: Pick<PlatformSurroundings, 'home' | 'backend'>): Pick<PipelineDescription, 'home' | 'state'> {
  const own = home();
  const folder = folderOfBackend(backend() ?? '');
  return folder === undefined || isOwnState(folder, own) ? { home: own } : { home: own, state: path.resolve(folder) };
}

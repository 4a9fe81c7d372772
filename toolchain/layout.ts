import * as path from 'node:path';
import { sluiceCache } from '../base/paths';

/** Where the toolchain keeps things on this machine. All of it can be made again. */
export interface Layout {
  root: string;
  /** Finished parts, one folder each, named `<name>-<key>`. A folder that is here is complete. */
  store: string;
  /** Half-made parts; whatever lies here while nobody holds the lock is left over. */
  temporary: string;
  logs: string;
  lock: string;
  /** Pulumi's own folder of plugins. */
  pulumiHome: string;
  /** Go's caches, when we had to choose where they are. */
  go: string;
  /** Which sources answered, and when. */
  sources: string;
}

/** The layout below the cache folder (`SLUICE_CACHE`). */
export function layout(environment: NodeJS.ProcessEnv = process.env): Layout {
  const root = sluiceCache(environment);
  return {
    root,
    store: path.join(root, 'store'),
    temporary: path.join(root, 'tmp'),
    logs: path.join(root, 'logs'),
    lock: path.join(root, 'lock'),
    pulumiHome: path.join(root, 'pulumi-home'),
    go: path.join(root, 'go'),
    sources: path.join(root, 'sources.json'),
  };
}

import * as path from 'node:path';
import { docker } from '../clients/docker/docker';
import { dockerSays } from '../clients/docker/words';
import { labels } from '../clients/docker/labels';
import { toolchainLabel } from './items/image';
import { readPulled } from './items/official-images';
import { layout as layoutOf } from './layout';
import { withLock } from './lock';
import { removeTree } from './store';

/**
 * Removes everything that the toolchain made on this machine: its cache folder, the images it built, the images it pulled. The
 * engine stays, and so does an image that a container still uses, or that somebody built on one of these.
 * @returns one line for each image that could not be removed
 */
export async function forget(): Promise<string[]> {
  const layout = layoutOf();
  const kept = await withLock(
    layout.lock,
    () => undefined,
    async () => {
      const pulled = readPulled(path.join(layout.root, 'pulled.json'));
      return removeImages(pulled);
    },
  );
  removeTree(layout.root);
  return kept;
}

async function removeImages(pulled: readonly string[]): Promise<string[]> {
  const listed = await docker(
    ['image', 'ls', '--filter', `label=${toolchainLabel}`, '--format', '{{.Repository}}:{{.Tag}}'],
    { allowFailure: true },
  );
  if (listed.code !== 0) return [];
  const kept: string[] = [];
  for (const name of [...ownNames(listed.stdout), ...pulled]) {
    const result = await docker(['rmi', name], { allowFailure: true });
    if (result.code !== 0 && !dockerSays(result.stderr, 'absent')) kept.push(`${name}: ${result.stderr.trim()}`);
  }
  // What killed builds left has no name, only the label that each recipe begins with.
  for (const label of [toolchainLabel, 'sluice.item'])
    await docker(['image', 'prune', '--force', '--filter', `label=${label}`, '--filter', `label!=${labels.instance}`], {
      allowFailure: true,
    });
  return kept;
}

/**
 * The names that the toolchain gives, of those that `docker image ls` lists by its label: whatever people build on one of its
 * images inherits the label.
 */
function ownNames(list: string): string[] {
  return list.split('\n').filter((name) => name.startsWith('sluice/') && !name.includes('<none>'));
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Part } from '../part';
import { versions } from '../versions';
import { imagePart } from './image';

/** An image that is pulled as it is. */
function pulled(name: string, reference: string): Part {
  return {
    name: `image-${name}`,
    kind: 'image',
    id: reference,
    title: `${reference}, pulled`,
    seconds: 20,
    needs: [],
    async make(context) {
      context.note('pulling');
      // Noted first: a name too much in the list does no harm when it is forgotten, a missing one stays on the machine.
      notePulled(path.join(context.layout.root, 'pulled.json'), reference);
      await context.run('docker', ['pull', reference]);
    },
  };
}

/** The official images, by exact version. */
export const officialImages = {
  // The official image is run by root, and so is its volume: this one lets another user write to it.
  registry: imagePart({
    name: 'registry',
    folder: 'registry-upstream',
    version: versions.registry.upstream,
    title: `registry:${versions.registry.upstream} for a user without privileges`,
    seconds: 20,
    base: `registry:${versions.registry.upstream}`,
  }),
  gogs: pulled('gogs', `gogs/gogs:${versions.gogs}`),
  gitea: pulled('gitea', `gitea/gitea:${versions.gitea}-rootless`),
  drone: pulled('drone', `drone/drone:${versions.drone.upstream}`),
  runner: pulled('runner', `drone/drone-runner-docker:${versions.runner}`),
  clone: pulled('clone', `drone/git:${versions.clone}`),
  edge: pulled('edge', `haproxy:${versions.haproxy}-alpine`),
  node: pulled('node', `node:${versions.node}-bookworm-slim`),
  dockerClient: pulled('docker-client', `docker:${versions.dockerClient}-cli`),
} satisfies Record<string, Part>;

/** The images that the toolchain pulled to this machine. */
export function readPulled(file: string): string[] {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as string[];
  } catch {
    return [];
  }
}

function notePulled(file: string, reference: string): void {
  const all = [...new Set([...readPulled(file), reference])];
  fs.writeFileSync(`${file}.new`, JSON.stringify(all));
  fs.renameSync(`${file}.new`, file);
}

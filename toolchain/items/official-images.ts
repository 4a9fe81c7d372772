import * as fs from 'node:fs';
import * as path from 'node:path';
import { throughMirror } from '../image-mirror';
import { officialAccounts } from '../official';
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

const accounts = officialAccounts;

/**
 * The official images, by exact version; what each is stands in its account (toolchain/official).
 * @param mirror see {@link throughMirror}
 */
export function officialImages(mirror = '') {
  const from = (name: string, reference: string): Part => pulled(name, throughMirror(reference, mirror));
  return {
    // The official image is run by root, and so is its volume: this one lets another user write to it.
    registry: imagePart({
      name: 'registry',
      folder: 'registry-upstream',
      version: versions.registry.upstream,
      title: `registry:${versions.registry.upstream} for a user without privileges`,
      seconds: 5,
      base: from('registry-official', accounts.registry.reference),
    }),
    gogs: from('gogs', accounts.gogs.reference),
    gitea: from('gitea', accounts.gitea.reference),
    drone: from('drone', accounts.drone.reference),
    runner: imagePart({
      name: 'runner',
      folder: 'runner-upstream',
      version: versions.runner,
      title: `drone/drone-runner-docker:${versions.runner} with a shell`,
      seconds: 5,
      base: from('alpine', `alpine:${versions.alpine}`),
      needs: [from('runner-official', accounts.runner.reference)],
      arguments: { PROGRAM: throughMirror(accounts.runner.reference, mirror) },
    }),
    edge: from('edge', accounts.edge.reference),
    node: from('node', accounts.node.reference),
    dockerClient: from('docker-client', accounts.dockerClient.reference),
  } satisfies Record<string, Part>;
}

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

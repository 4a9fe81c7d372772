import * as fs from 'node:fs';
import * as path from 'node:path';
import type { PartContext, Part } from '../part';
import { goPrograms, type GoProgram } from '../recipes/go-programs';
import { versions } from '../versions';
import { goArchitecture } from './compilers';
import { debianImage } from './debian';
import { giteaFiles, giteaProgram } from './gitea';
import { goProgramPart } from './go-program';
import { copyTree, imagePart } from './image';
import { nodeRuntime } from './node-runtime';

/** Puts a compiled program beside the Dockerfile. */
function stageProgram(part: Part, program: GoProgram) {
  return (folder: string, context: PartContext): void =>
    fs.copyFileSync(path.join(context.folder(part), program.binary), path.join(folder, program.binary));
}

function programImage(
  name: string,
  version: string,
  title: string,
  program: GoProgram,
  args?: Record<string, string>,
): Part {
  const part = goProgramPart(program);
  return imagePart({
    name,
    version,
    title,
    seconds: 5,
    base: debianImage,
    needs: [part],
    arguments: args,
    stage: stageProgram(part, program),
  });
}

const gitImage = imagePart({
  name: 'git',
  version: 'debian',
  title: 'Image with git',
  seconds: 25,
  base: debianImage,
});

/** The images of the registries' way, by what they are for. They are laid out as the official ones are. */
export const builtImages = {
  registry: programImage('registry', versions.registry.module, 'Registry image', goPrograms.registry),
  drone: programImage('drone', versions.drone.module, 'Drone server image', goPrograms.drone),
  runner: programImage('runner', versions.runner, 'Drone runner image', goPrograms.runner, {
    ARCHITECTURE: goArchitecture(),
  }),
  edge: imagePart({
    name: 'edge',
    version: 'debian',
    title: 'Edge image (HAProxy)',
    seconds: 20,
    base: debianImage,
  }),
  node: imagePart({
    name: 'node',
    version: versions.node,
    title: 'Node base image',
    seconds: 10,
    base: debianImage,
    needs: [nodeRuntime],
    arguments: { NODE_VERSION: versions.node },
    stage(folder, context) {
      copyTree(context.folder(nodeRuntime), path.join(folder, 'usr-local'));
    },
  }),
  gitea: imagePart({
    name: 'gitea',
    version: versions.gitea,
    title: 'Gitea image',
    seconds: 20,
    base: gitImage,
    needs: [giteaProgram, giteaFiles],
    stage(folder, context) {
      const files = context.folder(giteaFiles);
      copyTree(path.join(files, 'rootless'), path.join(folder, 'rootless'));
      for (const name of ['templates', 'options', 'public'])
        copyTree(path.join(files, name), path.join(folder, 'gitea', name));
      fs.copyFileSync(path.join(context.folder(giteaProgram), 'gitea'), path.join(folder, 'gitea', 'gitea'));
    },
  }),
} satisfies Record<string, Part>;

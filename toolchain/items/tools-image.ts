import { transformSync } from '@swc/core';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { projectRoot } from '../../base/paths';
import { type PartContext, type Part, folderPart } from '../part';
import { which } from '../../base/process';
import type { ProgramFile } from '../program-files';
import { goArchitecture } from './compilers';
import { copyTree, imagePart, requireSameArchitecture } from './image';
import { npm } from './npm';
import { pluginVersions } from './plugins';

/** What the tools image is put together from. */
export interface ToolsIngredients {
  /** Image with Node. */
  node: Part;
  /** Folder with Pulumi for Linux. */
  pulumi: Part;
  /** Folder with the docker client, laid out as for /usr/local. */
  dockerClient: Part;
  /** Folder with our plugins; without it Pulumi's own are downloaded. */
  bundles: Part | undefined;
  /** The engine's processor, in Node's words. */
  architecture: string;
  /** The program's files. */
  program: ProgramFile[];
}

/** The image that checks and deploys: the program and all it needs. Only its top layer changes with the program. */
export function toolsImage(from: ToolsIngredients): Part {
  return imagePart({
    name: 'tools',
    version: versionOfProgram(),
    title: 'Tools image, with this program',
    seconds: 5,
    base: toolsBase(from),
    more: from.program,
    stage(folder) {
      for (const { name: file } of from.program) {
        const target = path.join(folder, 'program', file);
        fs.mkdirSync(path.dirname(target), { recursive: true });
        const text = fs.readFileSync(path.join(projectRoot, file));
        fs.writeFileSync(target, text, { mode: modeOf(file) });
        if (file.endsWith('.ts')) fs.writeFileSync(target.replace(/\.ts$/, '.js'), compiled(text.toString(), file));
      }
    },
  });
}

function toolsBase(from: ToolsIngredients): Part {
  const browser = imagePart({
    name: 'browser',
    version: 'debian',
    title: 'Image with Node and a browser',
    seconds: 60,
    base: from.node,
  });
  const plugins = Object.entries(pluginVersions()).map(([name, version]) => `${name}@${version}`);
  return imagePart({
    name: 'tools-base',
    version: versionOfProgram(),
    title: 'Image with Pulumi, plugins and packages',
    seconds: 40,
    base: browser,
    needs: [from.pulumi, from.dockerClient, ...(from.bundles === undefined ? [] : [from.bundles])],
    arguments: { PLUGINS: plugins.join(' ') },
    more: fs.readFileSync(path.join(projectRoot, 'package-lock.json'), 'utf8'),
    async stage(folder, context) {
      // Without Pulumi's downloads its CLI was compiled here.
      if (from.bundles !== undefined) await requireSameArchitecture();
      copyTree(context.folder(from.dockerClient), path.join(folder, 'docker-client'));
      copyTree(context.folder(from.pulumi), path.join(folder, 'pulumi'));
      fs.mkdirSync(path.join(folder, 'plugins'));
      if (from.bundles !== undefined) copyTree(context.folder(from.bundles), path.join(folder, 'plugins'));
      context.note("installing the program's packages");
      await productionPackages(folder, context, from.architecture);
      context.note('building the image');
    },
  });
}

/** `node_modules` for Linux as the lock file says, without what only development needs. */
async function productionPackages(folder: string, context: PartContext, architecture: string): Promise<void> {
  const work = context.store.scratch('program-packages');
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    if (fs.existsSync(path.join(projectRoot, name)))
      fs.copyFileSync(path.join(projectRoot, name), path.join(work, name));
  await npm(
    context,
    ['ci', '--omit=dev', '--ignore-scripts', '--os=linux', `--cpu=${architecture}`, '--libc=glibc'],
    work,
  );
  fs.renameSync(path.join(work, 'node_modules'), path.join(folder, 'node_modules'));
  fs.rmSync(work, { recursive: true, force: true });
}

function versionOfProgram(): string {
  return (JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as { version: string }).version;
}

/** A module as Node runs it, by the compiler that ts-node uses elsewhere (base/loader/typescript.cjs). */
function compiled(text: string, file: string): string {
  return transformSync(text, {
    filename: file,
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  }).code;
}

/** Everybody may read the program in the image, whatever this checkout's permissions are. */
function modeOf(file: string): number {
  return (fs.statSync(path.join(projectRoot, file)).mode & 0o111) === 0 ? 0o644 : 0o755;
}

/**
 * The docker client out of the official image, with its build plugin.
 * @param image the official image
 * @param architecture the engine's, which the image that is pulled has
 */
export function officialDockerClient(image: Part, architecture: string): Part {
  return folderPart({
    name: 'docker-client',
    title: 'Docker client, from the official image',
    seconds: 5,
    recipe: { architecture },
    needs: [image],
    async fill(folder, context) {
      // Always the same name, so that the container of a run that was killed does not stay.
      const name = 'sluice-docker-client';
      await docker(['rm', '--force', name], { allowFailure: true });
      await context.run('docker', ['create', '--name', name, image.id]);
      try {
        fs.mkdirSync(path.join(folder, 'bin'));
        await context.run('docker', ['cp', `${name}:/usr/local/bin/docker`, path.join(folder, 'bin', 'docker')]);
        const plugins = path.join(folder, 'libexec', 'docker', 'cli-plugins');
        fs.mkdirSync(plugins, { recursive: true });
        await context.run('docker', ['cp', `${name}:/usr/local/libexec/docker/cli-plugins/docker-buildx`, plugins]);
      } finally {
        await docker(['rm', '--force', name], { allowFailure: true });
      }
    },
  });
}

/**
 * This machine's docker client: it fits this machine's engine by construction, while Debian's may be too old for it. Its size
 * stands for its version, which would cost a process to ask.
 */
export function ownDockerClient(): Part {
  const program = fs.realpathSync(which('docker') ?? '/usr/bin/env');
  return folderPart({
    name: 'docker-client',
    title: "Docker client, this machine's own",
    seconds: 1,
    recipe: { size: fs.statSync(program).size, architecture: goArchitecture() },
    needs: [],
    fill(folder) {
      fs.mkdirSync(path.join(folder, 'bin'));
      fs.copyFileSync(program, path.join(folder, 'bin', 'docker'));
      fs.chmodSync(path.join(folder, 'bin', 'docker'), 0o755);
      return Promise.resolve();
    },
  });
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { isNotice } from '../../clients/docker/build-words';
import { docker, DockerResult, type DockerCall } from '../../clients/docker/docker';
import { dockerSays } from '../../clients/docker/words';
import { labels } from '../../clients/docker/labels';
import { UserError } from '../../base/errors';
import { below } from '../../base/paths';
import { assertOwnPlatform } from './platforms';

/** One `docker build`. */
export interface BuildRequest {
  /** Folder with the Dockerfile; also the build's context. */
  folder: string;
  /** Label `sluice.instance`, so that the clean-up finds the image and what is left of it. */
  instance: string;
  /** Stage to build; the last one by default. */
  target?: string;
  /** Full name with tag; the image stays nameless by default. */
  tag?: string;
  labels?: Record<string, string>;
  buildArguments: Record<string, string>;
  /** What the image is for, `linux/arm64`; by default what the builder is. */
  platforms?: readonly string[];
  /** Instructions after the Dockerfile's own. */
  more?: string;
}

/** `buildkit` where the docker client has its buildx plugin, else `legacy`, the builder inside the engine. */
export type Builder = 'buildkit' | 'legacy';

/** The builder that this machine has. */
export async function findBuilder(call: DockerCall = docker): Promise<Builder> {
  return (await call(['buildx', 'version'], { allowFailure: true })).code === 0 ? 'buildkit' : 'legacy';
}

/**
 * Runs a build; its output goes to `say` line by line.
 * @returns the client's result, whatever its exit code
 * @throws UserError when there is no Dockerfile, or the builder can't build for the platforms
 */
export async function dockerBuild(
  request: BuildRequest,
  say: (line: string) => void,
  call: DockerCall = docker,
): Promise<DockerResult> {
  const builder = await findBuilder(call);
  const written = await readDockerfile(request.folder);
  const dockerfile = request.more === undefined ? written : `${written}\n${request.more}\n`;
  if (builder === 'legacy') await assertOwnPlatform(request.platforms ?? [], call);
  return call(buildCommand(request, builder), {
    // The command line labels the last stage only. What the legacy builder leaves of the others has to be found too.
    input: builder === 'legacy' ? labelStages(dockerfile, request.instance) : request.more && dockerfile,
    env: { DOCKER_BUILDKIT: builder === 'legacy' ? '0' : '1' },
    onLine: (line) => {
      if (!isNotice(line)) say(line);
    },
    allowFailure: true,
  });
}

/** The command line. The legacy builder reads the Dockerfile from standard input, and so does the other where there is more than it. */
export function buildCommand(request: BuildRequest, builder: Builder): string[] {
  // The legacy builder gets this label in the Dockerfile; each label here would be one more of its steps.
  const own = builder === 'legacy' ? {} : { [labels.instance]: request.instance };
  const all = { ...own, ...request.labels };
  const { platforms = [] } = request;
  return [
    'build',
    ...(builder === 'legacy' ? ['--force-rm'] : ['--progress', 'plain', '--load']),
    ...(builder === 'legacy' || platforms.length === 0 ? [] : ['--platform', platforms.join(',')]),
    ...(request.target === undefined ? [] : ['--target', request.target]),
    ...(request.tag === undefined ? [] : ['--tag', request.tag]),
    ...Object.entries(all).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...Object.entries(request.buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    '--file',
    builder === 'legacy' || request.more !== undefined ? '-' : path.join(request.folder, 'Dockerfile'),
    request.folder,
  ];
}

/** The same Dockerfile with the label `sluice.instance` as the first instruction of each stage. */
export function labelStages(dockerfile: string, instance: string): string {
  const result: string[] = [];
  let continued = false;
  let inFrom = false;
  for (const line of dockerfile.split('\n')) {
    result.push(line);
    const comment = /^\s*#/.test(line);
    if (!continued && !comment) inFrom = /^\s*FROM\s/i.test(line);
    // Comments and empty lines between the lines of one instruction do not end it.
    if (!comment && !(continued && line.trim() === '')) continued = /\\\s*$/.test(line);
    if (inFrom && !continued) {
      result.push(`LABEL ${labels.instance}=${instance}`);
      inFrom = false;
    }
  }
  return result.join('\n');
}

/** The names of a Dockerfile's stages, as builders compare them: in small letters. */
export function stagesOf(dockerfile: string): string[] {
  const lines = dockerfile.replace(/\\[ \t]*\r?\n(\s*#.*\n)*/g, ' ');
  return [...lines.matchAll(/^\s*FROM\s+(?:--\S+\s+)*\S+\s+AS\s+(\S+)\s*$/gim)].map(([, name = '']) =>
    name.toLowerCase(),
  );
}

/** The error of a build or push for which the engine's disk had no room; undefined when it failed for another reason. */
export function engineDiskFull({ stderr, stdout }: DockerResult): UserError | undefined {
  if (!dockerSays(`${stdout}\n${stderr}`, 'disk-full')) return undefined;
  return new UserError(
    "the engine's disk is full: nothing was pushed or deployed",
    'make room there (docker system df shows what takes it; docker image prune), then restart the build',
  );
}

/**
 * Removes nameless images of this Sluice that are older than a day; younger ones are the cache of the next build. Only
 * the legacy builder leaves such; BuildKit keeps its cache and its bounds itself.
 */
export async function pruneLeftovers(instance: string, call: DockerCall = docker): Promise<void> {
  const filters = ['--filter', `label=${labels.instance}=${instance}`, '--filter', 'until=24h'];
  await call(['image', 'prune', '--force', ...filters], { allowFailure: true });
}

/** The text of the Dockerfile at a folder's top. @throws UserError when there is none */
export async function readDockerfile(folder: string): Promise<string> {
  const file = path.join(folder, 'Dockerfile');
  if (!existsSync(file)) {
    throw new UserError('the repository has no Dockerfile at its top', 'add one with a stage "test", commit and push');
  }
  // A link that leaves the repository would read a file of this container.
  const real = below('Dockerfile', folder);
  if (real === undefined) {
    throw new UserError('the Dockerfile is a link to a file outside the repository', 'commit the file itself');
  }
  return readFile(real, 'utf8');
}

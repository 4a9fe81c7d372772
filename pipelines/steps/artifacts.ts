import { mkdtemp, rm } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { lacksFile } from '../../clients/docker/build-words';
import { docker, DockerError, type DockerCall } from '../../clients/docker/docker';
import type { Artifact, RegistryArtifacts } from '../../clients/registry/artifacts';
import { fileOfImage } from '../../clients/docker/saved-image';
import { dockerSays } from '../../clients/docker/words';
import { UserError } from '../../base/errors';
import { artifactImage, type ArtifactSource, type ArtifactSources } from '../artifact';
import { dockerBuild, engineDiskFull, stagesOf, type BuildRequest } from './builder';
import { sameAtDesk } from './words';

/** Bytes that an artifact may have: it is held in memory, and a registry takes it in one request. */
export const largestArtifact = 256 * 1024 * 1024;

/** A stage of its own, so that the engine hands out one file and not all that it was made with. */
const stage = 'sluice-artifact';
const file = 'artifact';

/** Where the artifacts of a run are, in the words of config. */
export interface ArtifactsOf {
  service: string;
  sources: ArtifactSources;
  /** The image's name at the registry, without a tag. */
  repository: string;
  ownTag: string;
}

/** @throws UserError when a stage that an artifact comes from is not in the Dockerfile: the builder would look for an image by its name */
export function assertStages({ service, sources }: Pick<ArtifactsOf, 'service' | 'sources'>, dockerfile: string): void {
  const stages = stagesOf(dockerfile);
  for (const [name, { stage: wanted }] of Object.entries(sources)) {
    if (stages.includes(wanted)) continue;
    throw new UserError(
      `the Dockerfile has no stage "${wanted}", from which ${keyOf(service, name)} comes`,
      stages.length === 0
        ? `name a stage in the Dockerfile ("FROM … AS ${wanted}"), commit and push`
        : `correct ${keyOf(service, name)}.stage (the Dockerfile has ${stages.join(', ')}), or add the stage, commit and push`,
    );
  }
}

/**
 * Builds each artifact's stage, and puts its file into an image of its own, which stays in the engine until the step `push`.
 * @returns false when one could not be built; the reason is said
 * @throws UserError when the stage leaves no such file
 */
export async function buildArtifacts(
  of: ArtifactsOf,
  request: Pick<BuildRequest, 'folder' | 'instance' | 'buildArguments'>,
  say: (line: string) => void,
  call: DockerCall = docker,
): Promise<boolean> {
  for (const [name, source] of Object.entries(of.sources)) {
    say(`Building the artifact ${name}: ${source.path} of the stage "${source.stage}"`);
    const tag = artifactImage(of.repository, name, of.ownTag);
    const more = `FROM scratch AS ${stage}\nCOPY --from=${source.stage} ${source.path} /${file}`;
    const result = await dockerBuild({ ...request, tag, target: stage, more }, say, call);
    if (result.code === 0) continue;
    const full = engineDiskFull(result);
    if (full !== undefined) throw full;
    if (lacksFile(result, source.path, stage)) throw noFile(of.service, name, source, 'nothing');
    say('');
    say(`The artifact ${name} could not be built; the reason is above. Nothing was pushed or deployed.`);
    say(sameAtDesk(source.stage));
    return false;
  }
  return true;
}

/**
 * The files that the step `build` has left in the engine.
 * @throws UserError for what is no file, or too large, or not there
 */
export async function takeArtifacts(
  of: ArtifactsOf,
  call: DockerCall = docker,
  limit = largestArtifact,
): Promise<Artifact[]> {
  const artifacts: Artifact[] = [];
  for (const [name, source] of Object.entries(of.sources)) {
    const content = await contentOf(of, name, call, limit);
    artifacts.push({ name, fileName: path.posix.basename(source.path), mediaType: source.mediaType, content });
  }
  return artifacts;
}

/**
 * Publishes files with a release, and says how to fetch them.
 * @param at the release: its image's name without a tag, the same as the registry's API names it, and its digest
 */
export async function publishArtifacts(
  artifacts: readonly Artifact[],
  at: { image: string; repository: string; digest: string },
  registry: Pick<RegistryArtifacts, 'publish'>,
  say: (line: string) => void,
): Promise<void> {
  const published = await registry.publish(at.repository, at.digest, artifacts);
  artifacts.forEach(({ name, fileName, content }, index) => {
    const { file: sum = '', digest = '' } = published[index] ?? {};
    say(`Artifact ${name}: ${fileName}, ${content.length} bytes, ${sum}`);
    say(`  oras pull ${at.image}@${digest}`);
  });
}

async function contentOf(of: ArtifactsOf, name: string, call: DockerCall, limit: number): Promise<Buffer> {
  const source = of.sources[name] as ArtifactSource;
  const image = artifactImage(of.repository, name, of.ownTag);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-artifact-'));
  try {
    const archive = path.join(folder, 'image.tar');
    // Not out of a container: a step may make none (clients/edge/gateway.ts), and one that is never started would do no more.
    const saved = await call(['image', 'save', '--output', archive, image], { allowFailure: true });
    if (dockerSays(saved.stderr, 'absent')) {
      throw new UserError(`the engine has no image ${image}`, 'restart the build, so that the step "build" makes it');
    }
    if (saved.code !== 0) {
      const error: Error = engineDiskFull(saved) ?? new DockerError(['image', 'save', image], saved);
      throw error;
    }
    const found = await fileOfImage(archive, file, limit);
    if (found === undefined) throw noFile(of.service, name, source, 'nothing');
    if ('other' in found) throw noFile(of.service, name, source, found.other);
    if ('content' in found) return found.content;
    throw new UserError(
      `${keyOf(of.service, name)}: ${source.path} has ${mebibytes(found.size)} MiB, and an artifact at most ${mebibytes(limit)} MiB: nothing was pushed or deployed`,
      'make it smaller or several, or publish it in another way; then commit and push',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function noFile(service: string, name: string, { stage: from, path: wanted }: ArtifactSource, what: string): UserError {
  return new UserError(
    `${keyOf(service, name)}: the stage "${from}" of the Dockerfile leaves ${what} at ${wanted}, but an artifact is one file`,
    `correct the path, or have the stage make that file (zip, tar); then commit and push`,
  );
}

function keyOf(service: string, name: string): string {
  return `sluice:repositories.${service}.artifacts.${name}`;
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

import { artifactImage } from '../pipelines/artifact';
import type { Release } from '../releases/types';
import { docker, type OnEngine } from './docker';

/** Removes a release's image under all its names. One that a container still has stays, and so does one that another image in the engine is built on. */
export async function removeRelease({ image, digest }: Release, on: OnEngine): Promise<void> {
  const found = await docker(['image', 'inspect', `${image}@${digest}`], { ...on, allowFailure: true });
  if (found.code !== 0) return;
  const [{ Id: id, RepoTags: tags, RepoDigests: digests }] = JSON.parse(found.stdout) as [EngineImage];
  if (await isUsed(id, on)) return;
  for (const name of [...(tags ?? []), ...(digests ?? [])])
    await docker(['image', 'rm', name], { ...on, allowFailure: true });
}

/** The images that held the files which were published with a release; only builds have used them. */
export async function removeArtifacts({ image, revision, tag }: Release, on: OnEngine): Promise<void> {
  const own = tag === undefined ? revision : `${revision}-${tag}`;
  if (own === '') return;
  const filter = `reference=${artifactImage(image, '*', own)}`;
  const found = await docker(['image', 'ls', '--filter', filter, '--format', '{{.Repository}}:{{.Tag}}'], {
    ...on,
    allowFailure: true,
  });
  for (const name of found.stdout.split('\n').filter((line) => line !== ''))
    await docker(['image', 'rm', name], { ...on, allowFailure: true });
}

/**
 * Removes releases' images by the names under which a deployment has pulled them. What a container has stays, and so does whatever somebody has
 * given another name to: the engine is theirs.
 * @returns how many names were removed
 */
export async function removePulled(releases: readonly Release[], on: OnEngine): Promise<number> {
  if (releases.length === 0) return 0;
  const format = '{{.ID}} {{.Repository}}@{{.Digest}}';
  const { stdout } = await docker(['image', 'ls', '--no-trunc', '--digests', '--format', format], on);
  const ids = new Map(
    stdout.split('\n').map((line) => {
      const [id = '', name = ''] = line.split(' ');
      return [name, id];
    }),
  );
  let removed = 0;
  for (const name of new Set(releases.map(({ image, digest }) => `${image}@${digest}`))) {
    const id = ids.get(name);
    if (id === undefined || (await isUsed(id, on))) continue;
    if ((await docker(['image', 'rm', name], { ...on, allowFailure: true })).code === 0) removed += 1;
  }
  return removed;
}

/** Whether a container, running or not, is made of an image, or of one that is built on it. */
async function isUsed(id: string, on: OnEngine): Promise<boolean> {
  return (await docker(['ps', '--all', '--quiet', '--filter', `ancestor=${id}`], on)).stdout.trim() !== '';
}

/** What `docker image inspect` says of an image, as far as it is used. */
interface EngineImage {
  Id: string;
  /** `localhost:5500/discounts:9f3c…` */
  RepoTags: string[] | null;
  /** `localhost:5500/discounts@sha256:…` */
  RepoDigests: string[] | null;
}

import { whoIsAtWork } from '../engine/by';
import { docker } from '../engine/docker';
import { appendRecord, readLedger } from '../engine/ledger';
import { RegistryArtifacts } from '../engine/registry-artifacts';
import { DeletionRefused } from '../engine/registry-client';
import { clientOptions } from '../engine/registry-place';
import { UserError } from '../errors';
import { artifactImage } from '../pipelines/artifact';
import { repositoryOf } from '../releases/names';
import { outdated, type Outdated } from '../releases/retention';
import type { Release } from '../releases/types';
import { channelOf } from '../stacks/channel-candidate';
import { isEnvironment, prefixOf, readStacks } from '../stacks/files';
import { usesEngine } from '../stacks/targets';
import { platformAt, type Platform } from './platform';

/**
 * Removes the images of releases that no environment of a platform keeps, from the engine and from the registry. What can't be removed now is
 * tried again after the next update: that never makes an update fail.
 * @param name the platform's stack
 */
export async function retire(name: string, note: (line: string) => void): Promise<void> {
  const stacks = readStacks();
  const environments = stacks
    .filter(isEnvironment)
    .filter(({ config }) => config.platform === name && usesEngine(config));
  const [first] = environments;
  if (first === undefined) return;
  const ledger = `${prefixOf(stacks, first)}-ledger`;
  const over = outdated(
    await readLedger(ledger),
    Object.fromEntries(environments.map((file) => [file.name, file.config.retain])),
  );
  if (over.length === 0) return;
  const platform = await platformAt(name);
  if (platform === undefined) return;
  const tags = [...new Set(environments.flatMap((file) => [file.name, channelOf(file.name, file.config)]))];
  try {
    let kept: DeletionRefused | undefined;
    for (const each of over) {
      kept = (await removeImages(each, platform, tags)) ?? kept;
      await appendRecord(ledger, {
        kind: 'retired',
        at: new Date().toISOString(),
        environment: each.environment,
        candidate: each.candidate,
        by: whoIsAtWork(),
      });
    }
    note(
      kept === undefined
        ? `removed the images of ${over.length} older releases (sluice:retain)`
        : `removed the images of ${over.length} older releases from the engine; they stay in the registry: ${kept.message}`,
    );
  } catch (error) {
    const problem = error instanceof UserError ? error.message : String(error);
    note(`older releases stay for now: ${problem}`);
  }
}

/**
 * @returns why they stay in the registry, where that lets nobody delete: asking again after each update would not help
 */
async function removeImages(
  { images }: Outdated,
  { registry, registryLogins }: Platform,
  tags: readonly string[],
): Promise<DeletionRefused | undefined> {
  let kept: DeletionRefused | undefined;
  const client = new RegistryArtifacts(clientOptions(registry, registryLogins.delete));
  for (const release of images) {
    const repository = repositoryOf(release.image);
    const current = await Promise.all(tags.map(async (tag) => (await client.find(repository, tag))?.digest));
    // Somebody follows it by a tag: it is not what it seems.
    if (current.includes(release.digest)) continue;
    try {
      await client.deleteRelease(repository, release.digest);
    } catch (error) {
      if (!(error instanceof DeletionRefused)) throw error;
      kept = error;
    }
    await removeFromEngine(release);
    await removeArtifacts(release);
  }
  return kept;
}

/** An image that a container still has stays, and so does one that another image in the engine is built on. */
async function removeFromEngine({ image, digest }: Release): Promise<void> {
  const found = await docker(['image', 'inspect', `${image}@${digest}`], { allowFailure: true });
  if (found.code !== 0) return;
  const [{ Id: id, RepoTags: tags, RepoDigests: digests }] = JSON.parse(found.stdout) as [EngineImage];
  const users = await docker(['ps', '--all', '--quiet', '--filter', `ancestor=${id}`]);
  if (users.stdout.trim() !== '') return;
  for (const name of [...(tags ?? []), ...(digests ?? [])]) await docker(['image', 'rm', name], { allowFailure: true });
}

/** The images that held the files which were published with a release; only builds have used them. */
async function removeArtifacts({ image, revision, tag }: Release): Promise<void> {
  const own = tag === undefined ? revision : `${revision}-${tag}`;
  if (own === '') return;
  const filter = `reference=${artifactImage(image, '*', own)}`;
  const found = await docker(['image', 'ls', '--filter', filter, '--format', '{{.Repository}}:{{.Tag}}'], {
    allowFailure: true,
  });
  for (const name of found.stdout.split('\n').filter((line) => line !== ''))
    await docker(['image', 'rm', name], { allowFailure: true });
}

/** What `docker image inspect` says of an image, as far as it is used. */
interface EngineImage {
  Id: string;
  /** `localhost:5500/discounts:9f3c…` */
  RepoTags: string[] | null;
  /** `localhost:5500/discounts@sha256:…` */
  RepoDigests: string[] | null;
}

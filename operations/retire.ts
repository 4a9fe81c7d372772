import { whoIsAtWork } from '../pipelines/by';
import { docker, type OnEngine, engineName } from '../clients/docker/docker';
import { appendRecord } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import { RegistryArtifacts } from '../clients/registry/artifacts';
import { ForeignTags } from '../clients/registry/foreign-tags';
import { DeletionRefused } from '../clients/registry/refusal';
import { clientOptions } from '../clients/registry/place';
import { UserError } from '../base/errors';
import { artifactImage } from '../pipelines/artifact';
import { repositoryOf } from '../releases/names';
import { releasesIn } from '../releases/on-record';
import { outdated } from '../releases/retention';
import type { Release } from '../releases/types';
import { channelOf } from '../stacks/channel-candidate';
import { isEnvironment, type EnvironmentFile } from '../config/stack';
import { readStacks } from '../config/stacks';
import { underLease, type LeaseWish, type StackLease } from './lease';
import { isWithoutPast, ledgerPlace, notOnRecord, readLedgers } from './ledger-place';
import { engineOf } from './machine-place';
import { platformAt } from './platform';
import { allOutputs } from './pulumi/outputs';

/** An environment, where its ledger lies, and what removes images there. */
interface Retiring {
  file: EnvironmentFile;
  ledger: LedgerPlace;
  /** Its engine; undefined of a compose project, whose machine is not ours to tidy: it only keeps what it needs. */
  on: OnEngine | undefined;
}

/**
 * Removes the images of releases that no environment of a platform keeps, from the engines and from the registry, under the platform's lease. What can't be removed now
 * is tried again after the next update: that never makes an update fail.
 * @param name the platform's stack
 */
export async function retire(name: string, wish: LeaseWish): Promise<void> {
  const { note } = wish;
  try {
    for (const file of readStacks().filter((each) => each.name === name)) {
      await underLease(file, wish, (lease) => retireAll(name, lease, note));
    }
  } catch (error) {
    const problem = error instanceof UserError ? error.message : String(error);
    note(`older releases stay for now: ${problem}`);
  }
}

async function retireAll(name: string, lease: StackLease, note: (line: string) => void): Promise<void> {
  const stacks = readStacks();
  const files = stacks.filter(isEnvironment).filter(({ config }) => config.platform === name);
  const environments = await Promise.all(
    files.map(async (file): Promise<Retiring> => ({
      file,
      ledger: await ledgerPlace(file, stacks),
      on: await engineOf(file, stacks),
    })),
  );
  if (environments.every(({ on }) => on === undefined)) return;
  const find = (environment: string) => environments.find(({ file }) => file.name === environment);
  const records = await readLedgers(environments.map(({ ledger }) => ledger));
  const outputs = await allOutputs([{ name }, ...files]);
  const unknown = environments.filter(({ file }, index) => isWithoutPast(outputs.get(file.name), records[index] ?? []));
  // It may want to go back to what another one of the same platform has left behind.
  if (unknown.length > 0) throw notOnRecord(unknown.map(({ file }) => file.name));
  const over = outdated(
    records.flat(),
    Object.fromEntries(files.map((file) => [file.name, file.config.retain])),
    (environment) => {
      const on = find(environment)?.on;
      return on === undefined ? environment : engineName(on);
    },
  ).filter(({ environment }) => find(environment)?.on !== undefined);
  if (over.length === 0) return;
  const platform = await platformAt(name);
  if (platform === undefined) return;
  const client = new RegistryArtifacts(clientOptions(platform.registry, platform.registryLogins.delete));
  // What the platform has built, it hands to the first environment that asks; what runs may be older than what candidates name.
  const inUse = new Set([
    ...Object.values(platform.images).map(({ digest }) => digest),
    ...files.flatMap((file) => Object.values(releasesIn(outputs.get(file.name) ?? {})).map(({ digest }) => digest)),
  ]);
  const tags = [...new Set(files.flatMap((file) => [file.name, channelOf(file.name, file.config)]))];
  // Somebody follows it by a tag, or runs it: it is not what it seems.
  const isFollowed = async ({ image, digest }: Release): Promise<boolean> => {
    if (inUse.has(digest)) return true;
    const found = await Promise.all(tags.map((tag) => client.find(repositoryOf(image), tag)));
    return found.some((each) => each?.digest === digest);
  };
  const named = new ForeignTags(client);
  let [kept, tagged]: [DeletionRefused | undefined, number] = [undefined, 0];
  for (const each of over) {
    const { ledger, on } = find(each.environment) ?? {};
    if (ledger === undefined || on === undefined) continue;
    for (const release of each.onEngine) {
      if (await isFollowed(release)) continue;
      await lease.check();
      if (each.images.includes(release)) {
        if (await named.has(release)) tagged += 1;
        else kept = (await removeFromRegistry(release, client)) ?? kept;
      }
      await removeFromEngine(release, on);
      await removeArtifacts(release, on);
    }
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
  if (tagged > 0) note(`${tagged} of them stay in the registry: somebody has given them tags of his own`);
}

/**
 * @returns why it stays in the registry, where that lets nobody delete: asking again after each update would not help
 */
async function removeFromRegistry(
  { image, digest }: Release,
  client: RegistryArtifacts,
): Promise<DeletionRefused | undefined> {
  try {
    await client.deleteRelease(repositoryOf(image), digest);
    return undefined;
  } catch (error) {
    if (error instanceof DeletionRefused) return error;
    throw error;
  }
}

/** An image that a container still has stays, and so does one that another image in the engine is built on. */
async function removeFromEngine({ image, digest }: Release, on: OnEngine): Promise<void> {
  const found = await docker(['image', 'inspect', `${image}@${digest}`], { ...on, allowFailure: true });
  if (found.code !== 0) return;
  const [{ Id: id, RepoTags: tags, RepoDigests: digests }] = JSON.parse(found.stdout) as [EngineImage];
  const users = await docker(['ps', '--all', '--quiet', '--filter', `ancestor=${id}`], on);
  if (users.stdout.trim() !== '') return;
  for (const name of [...(tags ?? []), ...(digests ?? [])])
    await docker(['image', 'rm', name], { ...on, allowFailure: true });
}

/** The images that held the files which were published with a release; only builds have used them. */
async function removeArtifacts({ image, revision, tag }: Release, on: OnEngine): Promise<void> {
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

/** What `docker image inspect` says of an image, as far as it is used. */
interface EngineImage {
  Id: string;
  /** `localhost:5500/discounts:9f3c…` */
  RepoTags: string[] | null;
  /** `localhost:5500/discounts@sha256:…` */
  RepoDigests: string[] | null;
}

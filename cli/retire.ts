import { whoIsAtWork } from '../engine/by';
import type { OnEngine } from '../engine/docker';
import { appendRecord, readLedger } from '../engine/ledger';
import type { LedgerPlace } from '../engine/place';
import { RegistryArtifacts } from '../engine/registry-artifacts';
import { DeletionRefused } from '../engine/registry-client';
import { clientOptions } from '../engine/registry-place';
import { removeArtifacts, removePulled, removeRelease } from '../engine/release-images';
import { UserError } from '../errors';
import { repositoryOf } from '../releases/names';
import { outdated } from '../releases/retention';
import type { Release } from '../releases/types';
import { channelOf } from '../stacks/channel-candidate';
import { isEnvironment, readStacks, type EnvironmentFile, type StackFile } from '../stacks/files';
import { isDeclared, machineName } from '../stacks/targets';
import { ledgerPlace, readLedgers } from './ledger-place';
import { engineOf, placeThere } from './machine-place';
import { platformAt } from './platform';

/** An environment, where its ledger lies, and what removes images there. */
interface Retiring {
  file: EnvironmentFile;
  ledger: LedgerPlace;
  /** Its engine; undefined of a compose project, which only keeps what it needs: see {@link tidyMachine}. */
  on: OnEngine | undefined;
}

/**
 * Removes the images of releases that no environment of a platform keeps, from the engines and from the registry; and from the machines of
 * compose projects that were updated what those don't keep. What can't be removed now is tried again after the next update: that never
 * makes an update fail.
 * @param name the platform's stack
 * @param updated environments of it
 */
export async function retire(
  name: string,
  updated: readonly EnvironmentFile[],
  note: (line: string) => void,
): Promise<void> {
  const stacks = readStacks();
  const steps = [
    () => retireAll(name, stacks, note),
    ...updated.filter(({ config }) => !isDeclared(config)).map((file) => () => tidyMachine(file, stacks, note)),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      const problem = error instanceof UserError ? error.message : String(error);
      note(`older releases stay for now: ${problem}`);
    }
  }
}

/**
 * Removes from the machine of a compose project the images of releases that it does not keep, by the digests that its ledger has. They stay
 * in the registry, so every one of them can still be gone back to.
 */
async function tidyMachine(
  file: EnvironmentFile,
  stacks: readonly StackFile[],
  note: (line: string) => void,
): Promise<void> {
  const place = await placeThere(file, stacks);
  if (place === undefined) return;
  const { name, config } = file;
  const records = (await readLedger(place)).filter(({ environment }) => environment === name);
  const over = outdated(records, { [name]: config.retain }).flatMap(({ onEngine }) => onEngine);
  const removed = await removePulled(over, { host: place.ssh });
  if (removed > 0) note(`removed images of older releases from ${place.ssh.host}: ${removed} (sluice:retain)`);
}

async function retireAll(name: string, stacks: readonly StackFile[], note: (line: string) => void): Promise<void> {
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
  const over = outdated(
    (await readLedgers(environments.map(({ file: { name }, ledger }) => ({ environment: name, ledger })))).flat(),
    Object.fromEntries(files.map((file) => [file.name, file.config.retain])),
    (environment) => engineName(find(environment)?.on) ?? environment,
  ).filter(({ environment }) => find(environment)?.on !== undefined);
  if (over.length === 0) return;
  const platform = await platformAt(name);
  if (platform === undefined) return;
  const client = new RegistryArtifacts(clientOptions(platform.registry, platform.registryLogins.delete));
  const tags = [...new Set(files.flatMap((file) => [file.name, channelOf(file.name, file.config)]))];
  // Somebody follows it by a tag: it is not what it seems.
  const isFollowed = async ({ image, digest }: Release): Promise<boolean> => {
    const found = await Promise.all(tags.map((tag) => client.find(repositoryOf(image), tag)));
    return found.some((each) => each?.digest === digest);
  };
  let kept: DeletionRefused | undefined;
  for (const each of over) {
    const { ledger, on } = find(each.environment) ?? {};
    if (ledger === undefined || on === undefined) continue;
    for (const release of each.onEngine) {
      if (await isFollowed(release)) continue;
      if (each.images.includes(release)) kept = (await removeFromRegistry(release, client)) ?? kept;
      await removeRelease(release, on);
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
}

/** The same for environments that share an engine; undefined of a compose project. */
function engineName(on: OnEngine | undefined): string | undefined {
  if (on === undefined) return undefined;
  return on.host === undefined ? '' : machineName(on.host);
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

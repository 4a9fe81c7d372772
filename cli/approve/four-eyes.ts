import { NotTold } from '../../clients/git-host/not-told';
import { pusherSearchOf } from '../../clients/git-host/pushes';
import type { PushQuestion, PushSources } from '../../clients/git-host/push-question';
import { GitHostReader } from '../../clients/git-host/reader';
import { DroneClient } from '../../clients/drone/client';
import { RegistryClient } from '../../clients/registry/client';
import { clientOptions } from '../../clients/registry/place';
import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import { isByAnother } from '../../releases/approval';
import { ancestorsLabel, repositoryOf } from '../../releases/names';
import { personOf, realmOf } from '../../releases/people';
import { sameLogin } from '../../releases/pushers';
import type { Candidate, Release } from '../../releases/types';
import type { EnvironmentFile } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { hasServers, platformAt, slugOf, type Platform, type PlatformWithServers } from '../../operations/platform';

/** Reads an image's labels at the platform's registry. */
type Labels = (release: Release) => Promise<Readonly<Record<string, string>>>;

/**
 * Who approves at a terminal is a user of the machine, whom no git host knows.
 * @throws UserError for an approval that could never count
 */
export function refuseUncomparable(environment: string, person: string): void {
  if (realmOf(person) !== 'os') return;
  throw new UserError(
    `sluice:fourEyes of ${environment} compares who approves with who has pushed, but ${person} is a user of this machine, whom the git host does not know`,
    `promote the build in Drone to ${environment}, as somebody who has pushed nothing of it`,
  );
}

/**
 * Everybody who has pushed something of what an environment is offered and does not run yet.
 * @param running what it runs; undefined for nothing
 * @param lookUpPlatform what a platform's last update has told
 * @returns full names: `drone:ann`, since people sign in to Drone by the git host
 * @throws UserError when that can't be told, or when the person is one of them
 */
export async function pushersOf(
  file: EnvironmentFile,
  person: string,
  candidate: Candidate,
  running: Candidate | undefined,
  lookUpPlatform: (platform: string) => Promise<Platform | undefined> = platformAt,
): Promise<string[]> {
  try {
    const platform = await lookUpPlatform(file.config.platform);
    if (platform === undefined || !hasServers(platform)) throw new NotTold('the platform has no git host');
    const sources = sourcesOf(platform);
    const registry = new RegistryClient(clientOptions(platform.registry, platform.registryLogins.pull));
    const labels: Labels = ({ image, digest }) => registry.labels(repositoryOf(image), digest, 'any');
    const questions = questionsOf(file, platform.repositories, candidate, running, labels);
    const logins = await loginsOf(platform.gitHost.kind, questions, sources);
    const account = await accountOf(person, sources);
    refuseOwn(file.name, account, logins.map(named));
    return logins.map(named);
  } catch (error) {
    if (!(error instanceof NotTold)) throw error;
    throw new UserError(
      `it can't be told who has pushed what ${file.name} is offered, so nobody can approve it: ${error.message}; nothing was recorded`,
      `${sluice('status')}, which shows what does not answer; then promote the build in Drone again; if that can't be mended: remove sluice:fourEyes in Pulumi.${file.name}.yaml, and npm run up`,
    );
  }
}

/** @throws UserError for somebody who has pushed some of it himself */
export function refuseOwn(environment: string, person: string, pushers: readonly string[]): void {
  if (isByAnother({ person, pushers: [...pushers] })) return;
  throw new UserError(
    `${person} has pushed some of what ${environment} is offered, and sluice:fourEyes lets nobody approve that himself; nothing was recorded`,
    `somebody else promotes the build in Drone to ${environment}: not ${pushers.join(' or ')}`,
  );
}

/** What is asked of each repository of which something is new. */
export function questionsOf(
  { config }: EnvironmentFile,
  repositories: PlatformWithServers['repositories'],
  candidate: Candidate,
  running: Candidate | undefined,
  labels: Labels,
): PushQuestion[] {
  const platform = readStacks().find(({ name }) => name === config.platform)?.config;
  return Object.values(candidate).flatMap((release): PushQuestion[] => {
    const before = running?.[release.service];
    if (before?.digest === release.digest) return [];
    const { build, repository: name = '' } = config.services[release.service] ?? {};
    // Nobody has pushed what the platform builds from a folder of its own.
    if (build !== undefined) return [];
    const branch = platform?.role === 'platform' ? platform.repositories[name]?.branch : undefined;
    const repository = repositories[name];
    if (repository === undefined || branch === undefined)
      throw new NotTold(`the platform has no repository of ${release.service}`);
    for (const { revision, service } of before === undefined ? [release] : [release, before]) {
      if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(revision)) throw new NotTold(`an image of ${service} names no commit`);
    }
    return [
      {
        slug: slugOf(repository.cloneUrl),
        branch,
        offeredCommit: release.revision,
        runningCommit: before?.revision,
        fromImages: () => newCommits(release, before, labels),
      },
    ];
  });
}

/** The commits that an image has and another has not, as their labels tell: the first 12 digits of each. */
async function newCommits(offered: Release, running: Release | undefined, labels: Labels): Promise<Set<string>> {
  const all = await historyOf(offered, labels);
  const had = running === undefined ? [] : await historyOf(running, labels);
  return new Set(all.filter((commit) => !had.includes(commit)));
}

async function historyOf(release: Release, labels: Labels): Promise<string[]> {
  const ancestors = (await labels(release))[ancestorsLabel];
  if (ancestors === undefined)
    throw new NotTold(`the image of ${release.service} does not tell which commits came before`);
  return [release.revision.slice(0, 12), ...ancestors.split(' ')].filter((commit) => commit !== '');
}

async function loginsOf(kind: string, questions: readonly PushQuestion[], sources: PushSources): Promise<string[]> {
  const search = pusherSearchOf(kind);
  const found: string[] = [];
  for (const question of questions) {
    for (const login of await search(question, sources)) {
      if (!found.some((other) => sameLogin(other, login))) found.push(login);
    }
  }
  return found.sort();
}

/** The person's account as the git host has it now: whoever is renamed there keeps the old name in Drone. */
async function accountOf(person: string, { gitHost }: PushSources): Promise<string> {
  const login = person.slice(person.indexOf(':') + 1);
  const account = await gitHost.account(login);
  if (account === undefined) throw new NotTold(`the git host has no account ${login}`);
  return named(account);
}

function named(login: string): string {
  return personOf('drone', login);
}

/** Where steps of a pipeline ask: only there does anybody approve whose pushes are known. */
function sourcesOf({ gitHost, drone, droneLogin }: PlatformWithServers): PushSources {
  if (gitHost.stepsUrl === undefined) throw new NotTold('the platform was last updated by an older version');
  const addresses = [drone.url, ...(drone.stepsUrl === undefined ? [] : [drone.stepsUrl])];
  return {
    gitHost: new GitHostReader(gitHost.stepsUrl),
    drone: addresses.map((url) => new DroneClient(url, droneLogin.token)),
  };
}

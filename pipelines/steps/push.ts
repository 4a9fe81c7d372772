import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { docker, DockerError, DockerResult, type DockerCall } from '../../clients/docker/docker';
import { dockerSays, pushedDigest, pushedLayer } from '../../clients/docker/words';
import { repositoryAt } from '../../clients/registry/address';
import { RegistryArtifacts } from '../../clients/registry/artifacts';
import { RegistryClient } from '../../clients/registry/client';
import { withRegistryLogin } from '../../clients/registry/login';
import { troubleError, troubleIn } from '../../clients/registry/trouble';
import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import { revisionLabel } from '../../releases/names';
import { releaseVariable } from '../step-variables';
import { jobHere, type ExternalServer } from '../kinds';
import { publishArtifacts, takeArtifacts } from './artifacts';
import { engineDiskFull } from './builder';
import { moveForward } from './forward';
import { artifactSources, commitOfRun, imageRepository, imageTag, ownTag } from './settings';
import { pushSettings, PushSettings, stepTools, StepTools } from './settings';

/**
 * Step `push`: pushes the image of the commit, publishes its artifacts, and moves the run's tag and the channels to it, but for those that have one of a later commit: a slow
 * or restarted build never takes an environment back. Doing it twice changes nothing. It has the registry's login, so it looks at nothing that
 * was pushed: the CI server names the commit, and an image tells which commits came before its own.
 * @returns 0
 * @throws UserError for a wrong login, a registry that is away, an image that was not built
 */
export default async function push(_words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { endpoint, login, ca } = pushSettings(env);
  return runPush(env, stepTools(env), docker, new RegistryClient({ endpoint, ca, ...login }));
}

/** The step with its tools as arguments. */
export async function runPush(
  env: NodeJS.ProcessEnv,
  tools: StepTools,
  call: DockerCall,
  registry: Pick<RegistryClient, 'resolve' | 'find' | 'putTag' | 'labels'>,
): Promise<number> {
  const settings = pushSettings(env);
  const { say } = tools;
  const commit = commitOfRun(env);
  const own = ownTag(env, commit);
  const image = `${imageRepository(env)}:${own}`;
  // Before anything is pushed: one that is no file, or too large, stops the release.
  const artifacts = await takeArtifacts(
    { service: settings.service, sources: artifactSources(env), repository: imageRepository(env), ownTag: own },
    call,
  );
  say(`Pushing ${image}`);
  const pushed = await pushImage(image, settings, say, call, jobHere(env)?.kind.external);
  const repository = repositoryAt(settings.registry, settings.service);
  const { digest } = await registry.resolve(repository, own);
  if (pushed !== undefined && pushed !== digest) {
    throw new UserError(
      `the registry answers ${repository}:${own} with ${digest}, but ${pushed} was pushed`,
      'find out who else pushes to this tag, then restart the build',
    );
  }
  const { [revisionLabel]: revision = '' } = await registry.labels(repository, digest, 'any');
  if (revision !== commit.id) {
    // A Dockerfile can name a builder of its own ("# syntax="), which says of an image whatever it wants.
    throw new UserError(
      `the image of ${commit.id} says that it was built from ${revision === '' ? 'no commit' : revision}; no channel was moved to it`,
      'take out of the Dockerfile what sets that label, "# syntax=" lines too, commit and push',
    );
  }
  say(`The registry has it as ${digest}`);
  if (artifacts.length > 0) {
    const at = { image: imageRepository(env), repository, digest };
    await publishArtifacts(artifacts, at, publisher(settings), say);
  }
  const tag = imageTag(env);
  if (tag !== undefined) {
    const move = await moveForward(registry, repository, tag, { digest, commit: commit.id });
    say(`Tag ${tag}: ${move.is === 'superseded' ? supersededBy(move.by) : short(digest)}`);
  }
  for (const channel of settings.channels) {
    const move = await moveForward(registry, repository, channel, { digest, commit: commit.id });
    if (move.is === 'there') say(`Channel ${channel}: is there already`);
    else if (move.is === 'superseded') say(`Channel ${channel}: ${supersededBy(move.by)}`);
    else say(`Channel ${channel}: ${short(move.from)} → ${short(digest)}`);
  }
  if (settings.releaseFile !== undefined) {
    await writeFile(path.resolve(tools.workspace, settings.releaseFile), `${releaseVariable}=${digest}\n`);
  }
  const [first] = settings.environments;
  say(first === undefined ? 'No environment follows.' : `Next: ${first} takes it.`);
  return 0;
}

/** A file takes longer than a question. */
function publisher({ endpoint, login, ca }: PushSettings): RegistryArtifacts {
  return new RegistryArtifacts({ endpoint, ca, ...login, timeoutSeconds: 600 });
}

async function pushImage(
  image: string,
  settings: PushSettings,
  say: (line: string) => void,
  call: DockerCall,
  external: ExternalServer | undefined,
): Promise<string | undefined> {
  let retries = false;
  const onLine = (line: string): void => {
    const layer = pushedLayer(line);
    if (layer === 'retrying') {
      if (!retries) say('The registry has not taken it; the engine tries again for about a minute.');
      retries = true;
    } else if (layer === undefined) say(line);
  };
  const result = await withRegistryLogin(settings.registry, settings.login, (env) =>
    call(['push', image], { env, allowFailure: true, onLine }),
  );
  if (result.code === 0) return pushedDigest(result.stdout);
  throw pushError(image, settings, result, external);
}

function pushError(
  image: string,
  { registry, login }: PushSettings,
  result: DockerResult,
  external: ExternalServer | undefined,
): Error {
  if (dockerSays(result.stderr, 'absent')) {
    return new UserError(`the engine has no image ${image}`, 'restart the build, so that the step "build" makes it');
  }
  const reply = result.stderr.trim().split('\n').at(-1) ?? '';
  const trouble = troubleIn(result.stderr);
  if (trouble === 'login') {
    return new UserError(
      `the registry ${registry} refuses the login of this pipeline`,
      external === undefined
        ? `give the repository's secrets in the CI server the login that the registry takes (${sluice('status')} --show-secrets), then restart the build`
        : `give the registry's login that it takes to ${external.variables} (${external.docs}), then run the job again`,
    );
  }
  if (trouble === 'away') {
    return new UserError(
      `the registry ${registry} does not answer`,
      'npm run up, which starts what is missing; then restart the build',
    );
  }
  if (trouble !== undefined) {
    const who = login === undefined ? 'a push without login' : `the login "${login.username}"`;
    return troubleError(trouble, { registry, who, verb: 'push', reply }, 'then restart the build');
  }
  if (dockerSays(result.stderr, 'registry-broken')) {
    return new UserError(
      `the registry ${registry} could not store the image: ${reply}`,
      "look at the registry's log and at the room on its disk (docker system df), then restart the build",
    );
  }
  return engineDiskFull(result) ?? new DockerError(['push', image], result);
}

function supersededBy(commit: string): string {
  return `stays, this commit is superseded by ${commit.slice(0, 8)}`;
}

function short(digest: string | undefined): string {
  return digest === undefined ? 'nothing' : digest.slice(0, 'sha256:'.length + 12);
}

import { apiUrl, hostOf } from '../../clients/registry/address';
import { UserError } from '../../base/errors';
import { say } from '../../base/terminal';
import { visibleLine } from '../../base/visible';
import type { ArtifactSources } from '../artifact';
import { registrySecrets } from '../description';
import { jobHere } from '../kinds';
import type { Commit } from './commit';

/** What a step works with besides its settings; tests put their own in. */
export interface StepTools {
  /** The folder with the pushed code; of the step `push` the one that later jobs get files from. */
  workspace: string;
  /** One line for the step's log. */
  say: (line: string) => void;
}

/** The tools of a step that runs in a pipeline: the CI server names the folder of the pushed code, else it is where one stands. */
export function stepTools(env: NodeJS.ProcessEnv): StepTools {
  return {
    workspace: jobHere(env)?.workspace ?? process.cwd(),
    say,
  };
}

/** What `test` and `build` are told by their environment. */
export interface BuildSettings {
  /** SLUICE_INSTANCE */
  instance: string;
  /** SLUICE_SERVICE */
  service: string;
  /** SLUICE_BUILD_ARGUMENTS, a JSON object; none by default. */
  buildArguments: Record<string, string>;
}

/** @throws UserError that names the variable */
export function buildSettings(env: NodeJS.ProcessEnv): BuildSettings {
  return {
    instance: needed(env, 'SLUICE_INSTANCE'),
    service: needed(env, 'SLUICE_SERVICE'),
    buildArguments: buildArguments(env['SLUICE_BUILD_ARGUMENTS']),
  };
}

/** Image of the service at the registry, without a tag: `localhost:5500/discounts`. */
export function imageRepository(env: NodeJS.ProcessEnv): string {
  return `${needed(env, 'SLUICE_REGISTRY')}/${needed(env, 'SLUICE_SERVICE')}`;
}

/**
 * SLUICE_TAG: the registry tag that this run builds, pushes and deploys under; undefined where releases have none but their commit.
 * @throws UserError for what no registry takes, and for a tag by which an environment gets its releases (SLUICE_RESERVED_TAGS)
 */
export function imageTag(env: NodeJS.ProcessEnv): string | undefined {
  const tag = env['SLUICE_TAG'] ?? '';
  if (tag === '') return undefined;
  const next = 'start the pipeline with another DEFAULT_IMAGE_TAG, like 1.4.2';
  if (!/^\w[\w.-]{0,79}$/.test(tag)) {
    throw new UserError(`"${visibleLine(tag, 80)}" is no tag: letters, digits, "_", "." and "-", at most 80`, next);
  }
  if (list(env['SLUICE_RESERVED_TAGS']).includes(tag)) {
    throw new UserError(`the tag "${tag}" is an environment's channel, which pipelines move by themselves`, next);
  }
  return tag;
}

/** The tag of a run's image in the engine and, apart from its other tags, in the registry: no two runs share it. */
export function ownTag(env: NodeJS.ProcessEnv, commit: Pick<Commit, 'id'>): string {
  const tag = imageTag(env);
  return tag === undefined ? commit.id : `${commit.id}-${tag}`;
}

/**
 * The commit that this run is for, as the CI server says.
 * @throws UserError where it says none
 */
export function commitOfRun(env: NodeJS.ProcessEnv): Pick<Commit, 'id'> {
  const id = jobHere(env)?.commit ?? '';
  if (/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(id)) return { id };
  throw new UserError(
    id === '' ? 'the CI server does not say which commit this run is for' : `"${id}" is no commit`,
    'run this step in a pipeline, behind the step "build"',
  );
}

/** What `push` is told by its environment. */
export interface PushSettings {
  /** SLUICE_SERVICE: the image's repository in the registry, below its namespace. */
  service: string;
  /** SLUICE_REGISTRY: what the engine's image names begin with, `localhost:5500` or `harbor.example.com/shop`. */
  registry: string;
  /** SLUICE_REGISTRY_ENDPOINT: the registry's API as this step reaches it; by default as everybody does. */
  endpoint: string;
  /** SLUICE_REGISTRY_CA, base64: PEM of a private authority that its certificate is signed by; absent for none. */
  ca?: string;
  /** SLUICE_CHANNELS, separated by commas. */
  channels: string[];
  /** SLUICE_ENVIRONMENTS, separated by commas; only for what is said. */
  environments: string[];
  /** SLUICE_RELEASE_FILE: a file beside the pushed code that tells later jobs the digest; none by default. */
  releaseFile?: string;
  /** REGISTRY_USERNAME and REGISTRY_PASSWORD; absent for a registry without login. */
  login?: { username: string; password: string };
}

/** @throws UserError that names the variable */
export function pushSettings(env: NodeJS.ProcessEnv): PushSettings {
  const username = env['REGISTRY_USERNAME'] ?? '';
  const password = env['REGISTRY_PASSWORD'] ?? '';
  const ca = env['SLUICE_REGISTRY_CA'] ?? '';
  if ((username === '') !== (password === '')) {
    const [there, missing, secret] =
      password === ''
        ? ['REGISTRY_USERNAME', 'REGISTRY_PASSWORD', registrySecrets.password]
        : ['REGISTRY_PASSWORD', 'REGISTRY_USERNAME', registrySecrets.username];
    const external = jobHere(env)?.kind.external;
    throw external === undefined
      ? new UserError(
          `${there} is set but ${missing} is not: this repository lacks the secret "${secret}" in the CI server`,
          'npm run up, which sets the secrets of every repository',
        )
      : new UserError(
          `${there} is set but ${missing} is not: a variable of the registry's login is not set, or not for this branch`,
          `set what this job's script gives to ${missing} in ${external.variables} (${external.docs}), then run the job again`,
        );
  }
  const registry = needed(env, 'SLUICE_REGISTRY');
  const [endpoint, releaseFile] = [env['SLUICE_REGISTRY_ENDPOINT'] ?? '', env['SLUICE_RELEASE_FILE'] ?? ''];
  return {
    service: needed(env, 'SLUICE_SERVICE'),
    registry,
    endpoint: endpoint === '' ? apiUrl(hostOf(registry)) : endpoint,
    ...(ca === '' ? {} : { ca: Buffer.from(ca, 'base64').toString() }),
    channels: list(env['SLUICE_CHANNELS']),
    environments: list(env['SLUICE_ENVIRONMENTS']),
    ...(releaseFile === '' ? {} : { releaseFile }),
    login: username === '' ? undefined : { username, password },
  };
}

/** A variable that the pipeline always sets. */
export function needed(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name] ?? '';
  if (value !== '') return value;
  throw new UserError(
    `${name} is not set; it comes from the pipeline's definition`,
    'run the step in a pipeline, or set the variable',
  );
}

function list(text: string | undefined): string[] {
  return (text ?? '').split(',').filter((entry) => entry !== '');
}

function buildArguments(json: string | undefined): Record<string, string> {
  if (json === undefined || json === '') return {};
  try {
    const value = JSON.parse(json) as unknown;
    if (typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'string'))
      return value as Record<string, string>;
  } catch {
    // Told below, with the same words.
  }
  throw new UserError('SLUICE_BUILD_ARGUMENTS should be a JSON object of strings');
}

/** SLUICE_PLATFORMS, separated by commas: what the image is built for; none: what the builder is. */
export function platforms(env: NodeJS.ProcessEnv): string[] {
  return list(env['SLUICE_PLATFORMS']);
}

/** SLUICE_ARTIFACTS, a JSON object: the files that are published with the release, by name; none by default. */
export function artifactSources(env: NodeJS.ProcessEnv): ArtifactSources {
  const json = env['SLUICE_ARTIFACTS'] ?? '';
  if (json === '') return {};
  try {
    const value = JSON.parse(json) as Record<string, Record<string, unknown>>;
    const isSource = (each: Record<string, unknown>): boolean =>
      ['stage', 'path', 'mediaType'].every((key) => typeof each[key] === 'string');
    if (!Array.isArray(value) && Object.values(value).every(isSource)) return value as unknown as ArtifactSources;
  } catch {
    // Told below, with the same words.
  }
  throw new UserError('SLUICE_ARTIFACTS should be a JSON object of {stage, path, mediaType}');
}

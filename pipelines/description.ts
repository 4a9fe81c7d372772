import { UserError } from '../base/errors';
import { bucketLogin } from '../store/kinds/s3-variables';
import type { ArtifactSources } from './artifact';

/** Names of the CI server's secrets with the registry's login; only the push step gets them. */
export const registrySecrets = { username: 'registry_username', password: 'registry_password' } as const;

/** Name of the CI server's secret with what a variable of `stateSecrets` holds; only deploy steps get it. */
export function stateSecret(variable: string): string {
  return `state_${variable.toLowerCase()}`;
}

/** All that `stateSecrets` may hold: logins at Pulumi's state and at the store, and the state's passphrase. */
export const stateLogins = [...bucketLogin, 'PULUMI_ACCESS_TOKEN', 'PULUMI_CONFIG_PASSPHRASE'] as const;

/** One repository's way to production, whatever CI server runs it. Holds no secret. Values must not contain `$`. */
export interface PipelineDescription {
  /** Name prefix of this Sluice; label `sluice.instance` of all that is built. */
  instance: string;
  /** The platform's stack: what its last `up` has recorded are the stack files that steps deploy with. */
  stack: string;
  /** Repository in the git host, `owner/name`. */
  repository: string;
  /** Where steps fetch the repository, without a login: `http://host:port/owner/name.git`. */
  cloneUrl: string;
  /** Address at which people open the repository; label `org.opencontainers.image.source`. */
  source: string;
  /** A push to this branch goes on to the environments; all other branches are tested only. */
  defaultBranch: string;
  /** Service that the repository builds; also its image's repository in the registry. */
  service: string;
  registry: {
    /** What the engine's image names begin with, `host:port` or `host/namespace`. */
    address: string;
    /** Its API as steps reach it, `http(s)://host:port`. */
    endpoint: string;
    /** A private authority that its certificate is signed by: PEM in base64, which is one line. */
    ca?: string;
  };
  /** Registry tags that a push moves to its image; at least one. */
  channels: string[];
  /** Environments to deploy, first one first. May be empty. */
  environments: string[];
  /** Those of them whose gate asks people: a build can be promoted to these. */
  approvals: string[];
  /**
   * Image with this program in which every step runs, by its id (`sha256:…`): a name could be given to another image.
   * Never pulled: it has to be in the engine already.
   */
  toolsImage: string;
  /** What can build and push images and nothing else, as steps reach it: `tcp://host:port`. */
  builder: string;
  /** The engine's socket, a path as the engine sees it; only deploy steps get it. */
  engineSocket: string;
  /** Sluice's home where it has the state, a path as the engine sees it; only deploy steps get it. @default an empty folder that lasts for a build */
  home?: string;
  /** Folder with Pulumi's state and the store beside it, where the home has neither; a path as the engine sees it. Only deploy steps get it. */
  state?: string;
  /** Variables that say where Pulumi's state is when it is in no folder, and how it and the store are talked to. Only deploy steps get them. */
  stateVariables?: Record<string, string>;
  /** Names of variables with the login at state and store, and the passphrase; their values are secrets of the CI server. Only deploy steps get them. */
  stateSecrets?: string[];
  /** The engine's own platform. */
  platform: { os: 'linux'; arch: 'amd64' | 'arm64' | 'arm' };
  /** Build arguments of the Dockerfile, `BASE_IMAGE` for one. No secrets: an image keeps them. */
  buildArguments: Record<string, string>;
  /** What the image is built for, `linux/arm64`; by default what the builder is. */
  platforms?: string[];
  /** Files that are published with each release; none by default. */
  artifacts?: ArtifactSources;
}

const word = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
// `$` would be substituted by the CI server with text of the commit, a control character would break a line.
const plain = /^[^$\p{Cc}]+$/u;
const absolute = /^\/[^$:\p{Cc}]*$/u;

interface Rule {
  pattern: RegExp;
  needs: string;
}

const rules = {
  word: { pattern: word, needs: 'letters, digits, "_", "." and "-"' },
  plain: { pattern: plain, needs: 'one line of text without "$"' },
  path: { pattern: absolute, needs: 'an absolute path without ":" and "$"' },
  slug: { pattern: /^[\w.-]+\/[\w.-]+$/, needs: '"owner/name"' },
  image: { pattern: /^[a-z0-9][a-z0-9._/-]*$/, needs: 'lower-case letters, digits, ".", "_", "-" and "/"' },
  id: { pattern: /^sha256:[0-9a-f]{64}$/, needs: 'the id of an image, sha256:…' },
  builder: { pattern: /^tcp:\/\/[\w.-]+:\d+$/, needs: '"tcp://host:port"' },
  url: { pattern: /^https?:\/\/[^\s$]+$/, needs: 'an address that begins with http:// or https://' },
  base64: { pattern: /^[A-Za-z0-9+/]+=*$/, needs: 'base64' },
  tag: { pattern: /^\w[\w.-]{0,127}$/, needs: 'a registry tag' },
  branch: { pattern: /^[\w][\w./+-]*$/, needs: 'a branch of letters, digits, ".", "_", "-", "+" and "/"' },
  os: { pattern: /^linux$/, needs: '"linux"' },
  arch: { pattern: /^(amd64|arm64|arm)$/, needs: '"amd64", "arm64" or "arm"' },
  target: { pattern: /^linux\/[a-z0-9]+(\/v\d+)?$/, needs: 'a platform like "linux/arm64"' },
  stage: { pattern: /^[a-z][a-z0-9._-]*$/, needs: 'the name of a stage, in small letters' },
  file: { pattern: /^(\/[\w.+@-]+)+$/, needs: 'the absolute path of a file' },
  mediaType: { pattern: /^[a-z]+\/[a-z0-9.+_-]+$/, needs: 'a media type' },
  environmentVariable: { pattern: /^[A-Za-z_]\w*$/, needs: 'a name of letters, digits and "_"' },
} satisfies Record<string, Rule>;

const textFields = {
  instance: rules.word,
  stack: rules.word,
  repository: rules.slug,
  cloneUrl: rules.url,
  source: rules.url,
  defaultBranch: rules.branch,
  service: rules.image,
  toolsImage: rules.id,
  builder: rules.builder,
  engineSocket: rules.path,
} as const satisfies Partial<Record<keyof PipelineDescription, Rule>>;

/**
 * Reads a list of descriptions from JSON.
 * @throws UserError that names the entry, the field and what it needs
 */
export function parseDescriptions(json: string): PipelineDescription[] {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    throw new UserError('the list of pipelines is not JSON');
  }
  if (!Array.isArray(list)) throw new UserError('the list of pipelines must be a JSON array');
  const descriptions = list.map((entry, index) => parseDescription(entry, `pipelines/${index}`));
  const seen = new Set<string>();
  for (const { repository } of descriptions) {
    // Drone treats the names of repositories without regard to case.
    const key = repository.toLowerCase();
    if (seen.has(key)) throw new UserError(`pipelines: ${repository} is described twice`);
    seen.add(key);
  }
  return descriptions;
}

function parseDescription(value: unknown, where: string): PipelineDescription {
  const fields = object(value, where);
  for (const [name, rule] of Object.entries(textFields)) text(fields[name], `${where}/${name}`, rule);
  const isSaid = ['home', 'state', 'stateVariables'].some((name) => fields[name] !== undefined);
  if (!isSaid) throw new UserError(`${where}: should say by "home", "state" or "stateVariables" where the state is`);
  for (const name of ['home', 'state'])
    if (fields[name] !== undefined) text(fields[name], `${where}/${name}`, rules.path);
  for (const [name, value] of Object.entries(object(fields['stateVariables'] ?? {}, `${where}/stateVariables`))) {
    text(name, `${where}/stateVariables`, rules.environmentVariable);
    text(value, `${where}/stateVariables/${name}`, rules.plain);
  }
  texts(fields['stateSecrets'] ?? [], `${where}/stateSecrets`, rules.environmentVariable);
  const registry = object(fields['registry'], `${where}/registry`);
  text(registry['address'], `${where}/registry/address`, rules.plain);
  text(registry['endpoint'], `${where}/registry/endpoint`, rules.url);
  if (registry['ca'] !== undefined) text(registry['ca'], `${where}/registry/ca`, rules.base64);
  const platform = object(fields['platform'], `${where}/platform`);
  text(platform['os'], `${where}/platform/os`, rules.os);
  text(platform['arch'], `${where}/platform/arch`, rules.arch);
  texts(fields['channels'], `${where}/channels`, rules.tag);
  if ((fields['channels'] as string[]).length === 0) throw new UserError(`${where}/channels: should name a tag`);
  texts(fields['environments'], `${where}/environments`, rules.word);
  texts(fields['approvals'], `${where}/approvals`, rules.word);
  for (const [name, argument] of Object.entries(object(fields['buildArguments'], `${where}/buildArguments`))) {
    text(name, `${where}/buildArguments`, rules.environmentVariable);
    text(argument, `${where}/buildArguments/${name}`, rules.plain);
  }
  if (fields['platforms'] !== undefined) texts(fields['platforms'], `${where}/platforms`, rules.target);
  if (fields['artifacts'] !== undefined) parseArtifacts(fields['artifacts'], `${where}/artifacts`);
  return fields as unknown as PipelineDescription;
}

function parseArtifacts(value: unknown, where: string): void {
  for (const [name, entry] of Object.entries(object(value, where))) {
    text(name, where, rules.image);
    const artifact = object(entry, `${where}/${name}`);
    for (const key of ['stage', 'file', 'mediaType'] as const) {
      const field = key === 'file' ? 'path' : key;
      text(artifact[field], `${where}/${name}/${field}`, rules[key]);
    }
  }
}

function object(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UserError(`${where}: should be an object`);
}

function text(value: unknown, where: string, rule: Rule): void {
  if (typeof value === 'string' && rule.pattern.test(value)) return;
  throw new UserError(`${where}: should be ${rule.needs}, not ${JSON.stringify(value)}`);
}

function texts(value: unknown, where: string, rule: Rule): void {
  if (!Array.isArray(value)) throw new UserError(`${where}: should be a list`);
  value.forEach((entry, index) => text(entry, `${where}/${index}`, rule));
}

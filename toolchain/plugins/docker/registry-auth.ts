import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { dockerFolder, type EndpointFacts } from './endpoint';

/** One login of the provider's `registryAuth`. */
export interface RegistryAuth {
  address: string;
  username?: string;
  password?: string;
  configFile?: string;
  configFileContent?: string;
  authDisabled?: boolean;
}

/** A user name and a password for one registry. */
export interface RegistryLogin {
  username: string;
  password: string;
}

/** What Docker's config.json says about logins. */
interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

const HUB = 'registry-1.docker.io';
const HUB_NAMES = new Set([HUB, 'index.docker.io', 'docker.io', 'registry.hub.docker.com']);

/** A registry's host (and port) of an address such as `https://index.docker.io/v1/` or `localhost:5500`. */
export function registryHost(address: string): string {
  const host = address.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
  return HUB_NAMES.has(host) ? HUB : host;
}

/** An image reference's parts: `localhost:5500/shop/cart:1@sha256:…`. */
export interface ImageReference {
  registry: string;
  repository: string;
  /** A tag, or a digest where the name has one; `latest` by default. */
  reference: string;
}

/** Takes an image's name apart by the rules of the docker client. */
export function parseImageName(name: string): ImageReference {
  const [withTag = '', digest] = name.split('@');
  const slash = withTag.indexOf('/');
  const first = slash === -1 ? '' : withTag.slice(0, slash);
  const hasRegistry = first === 'localhost' || /[.:]/.test(first);
  const rest = hasRegistry ? withTag.slice(slash + 1) : withTag;
  const [path_ = '', tag] = rest.split(':');
  const registry = hasRegistry ? registryHost(first) : HUB;
  return {
    registry,
    repository: registry === HUB && !path_.includes('/') ? `library/${path_}` : path_,
    reference: digest ?? tag ?? 'latest',
  };
}

/**
 * The login for a registry among the provider's `registryAuth`: its user name and password, else its file's. Nothing when the
 * provider does not name the registry: the official plugin does not look into config.json then either.
 */
export function loginFor(
  registry: string,
  logins: readonly RegistryAuth[],
  machine: EndpointFacts,
): RegistryLogin | undefined {
  const entry = logins.find(({ address }) => registryHost(address) === registry);
  if (entry === undefined) return undefined;
  if (entry.authDisabled === true) return { username: 'username', password: 'password' };
  const username = entry.username ?? machine.environment['DOCKER_REGISTRY_USER'] ?? '';
  if (username !== '') {
    return { username, password: entry.password ?? machine.environment['DOCKER_REGISTRY_PASS'] ?? '' };
  }
  const file = configFile(entry, machine);
  const content = entry.configFileContent ?? machine.read(file);
  if (content === undefined) throw new Error(`the login for ${registry} cannot be read: there is no ${file}`);
  return loginOf(registry, JSON.parse(content) as DockerConfig);
}

function configFile(entry: RegistryAuth, machine: EndpointFacts): string {
  if (entry.configFile === undefined || entry.configFile === '') return path.join(dockerFolder(machine), 'config.json');
  return entry.configFile.replace(/^~(?=\/)/, machine.home);
}

function loginOf(registry: string, config: DockerConfig): RegistryLogin | undefined {
  const key = Object.keys(config.auths ?? {}).find((address) => registryHost(address) === registry);
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helper !== undefined && helper !== '') return askHelper(helper, key ?? registry);
  const auth = key === undefined ? undefined : config.auths?.[key];
  if (auth?.username !== undefined) return { username: auth.username, password: auth.password ?? '' };
  if (auth?.auth === undefined || auth.auth === '') return undefined;
  const [username = '', ...password] = Buffer.from(auth.auth, 'base64').toString().split(':');
  return { username, password: password.join(':') };
}

/** Not base/process, which does not wait in place: this is asked in the middle of what the SDK wants at once. */
function askHelper(helper: string, address: string): RegistryLogin | undefined {
  try {
    const answer = execFileSync(`docker-credential-${helper}`, ['get'], {
      input: address,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const { Username, Secret } = JSON.parse(answer.toString()) as { Username: string; Secret: string };
    return { username: Username, password: Secret };
  } catch {
    // No login is kept for this registry; pulling may work without one.
    return undefined;
  }
}

/** The header that gives the engine a login. */
export function authHeader(registry: string, login: RegistryLogin | undefined): Record<string, string> {
  if (login === undefined) return {};
  const auth = { username: login.username, password: login.password, serveraddress: registry };
  const text = Buffer.from(JSON.stringify(auth)).toString('base64url');
  // Engines take a text without its padding for none at all.
  return { 'X-Registry-Auth': text.padEnd(Math.ceil(text.length / 4) * 4, '=') };
}

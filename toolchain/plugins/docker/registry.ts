import type * as http from 'node:http';
import { createHash } from 'node:crypto';
import { readAll } from './engine';
import { loginFor, parseImageName, registryHost, type RegistryLogin, type RegistryAuth } from './registry-auth';
import { thisMachine } from './settings';

const MANIFEST_TYPES = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
].join(', ');

/** How a registry is asked. */
export interface RegistryAccess {
  logins: readonly RegistryAuth[];
  /** Take any TLS certificate. */
  insecure: boolean;
  signal: AbortSignal;
}

/**
 * The digest that a registry answers for an image's name. The registry is spoken to by https, unless the `address` of its
 * `registryAuth` begins with http://.
 * @throws Error with the registry's answer when there is no such image, the login is wrong or no registry answers
 */
export async function registryDigest(name: string, access: RegistryAccess): Promise<string> {
  const { registry, repository, reference } = parseImageName(name);
  const address = access.logins.find((entry) => registryHost(entry.address) === registry)?.address ?? '';
  const scheme = address.startsWith('http://') ? 'http' : 'https';
  const url = `${scheme}://${registry}/v2/${repository}/manifests/${reference}`;
  const login = loginFor(registry, access.logins, thisMachine);
  try {
    return await digestOf(url, repository, login, access);
  } catch (error) {
    throw new Error(
      `Got error when attempting to fetch image version ${repository}:${reference} from registry ${registry}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

async function digestOf(
  url: string,
  repository: string,
  login: RegistryLogin | undefined,
  access: RegistryAccess,
): Promise<string> {
  const basic = basicHeader(login);
  const first = await ask('HEAD', url, basic, access);
  if (first.statusCode !== 401) return digest(first, url, basic, access);
  const challenge = first.headers['www-authenticate'] ?? '';
  if (!challenge.startsWith('Bearer')) throw new Error(`bad credentials: ${status(first)}`);
  const bearer = { Authorization: `Bearer ${await token(challenge, repository, login, access)}` };
  return digest(await ask('HEAD', url, bearer, access), url, bearer, access);
}

async function digest(
  response: http.IncomingMessage,
  url: string,
  headers: Record<string, string>,
  access: RegistryAccess,
): Promise<string> {
  if (response.statusCode !== 200) throw new Error(`got bad response from registry: ${status(response)}`);
  const told = response.headers['docker-content-digest'];
  if (typeof told === 'string' && told !== '') return told;
  // Some registries do not say it in the header: it is the hash of the manifest itself.
  const manifest = await readAll(await ask('GET', url, headers, access));
  return `sha256:${createHash('sha256').update(manifest).digest('hex')}`;
}

async function token(
  challenge: string,
  repository: string,
  login: RegistryLogin | undefined,
  access: RegistryAccess,
): Promise<string> {
  const told = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]));
  const realm = new URL(told.get('realm') ?? '');
  realm.searchParams.set('service', told.get('service') ?? '');
  realm.searchParams.set('scope', told.get('scope') ?? `repository:${repository}:push,pull`);
  const headers = basicHeader(login);
  let response = await ask('GET', realm.href, headers, access);
  if (login !== undefined && (response.statusCode === 401 || response.statusCode === 403)) {
    response = await ask('GET', realm.href, {}, access);
  }
  if (response.statusCode !== 200) throw new Error(`got bad response from registry: ${status(response)}`);
  const answer = JSON.parse((await readAll(response)).toString()) as { token?: string; access_token?: string };
  return answer.token ?? answer.access_token ?? '';
}

function ask(
  method: string,
  url: string,
  headers: Record<string, string>,
  { insecure, signal }: RegistryAccess,
): Promise<http.IncomingMessage> {
  const secure = url.startsWith('https:');
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const client = require(secure ? 'node:https' : 'node:http') as typeof import('node:https');
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: { Accept: MANIFEST_TYPES, ...headers },
      signal,
      ...(secure ? { rejectUnauthorized: !insecure } : {}),
    };
    const request = client.request(url, options, (response) => {
      // A HEAD's answer has no body, and must be let go for the connection to end.
      if (method === 'HEAD') response.resume();
      resolve(response);
    });
    request.on('error', reject);
    request.end();
  });
}

function basicHeader(login: RegistryLogin | undefined): Record<string, string> {
  if (login === undefined) return {};
  return { Authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` };
}

function status(response: http.IncomingMessage): string {
  return `${response.statusCode ?? 0} ${response.statusMessage ?? ''}`.trim();
}

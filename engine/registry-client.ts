import { createHash } from 'node:crypto';
import { UserError } from '../errors';

/** Where a registry's API is and who asks. */
export interface RegistryClientOptions {
  /** `http(s)://host:port`, without a path. */
  endpoint: string;
  /** Basic auth; without it requests carry no login. */
  username?: string;
  password?: string;
  /** For the whole of one request. @default 30 */
  timeoutSeconds?: number;
}

/**
 * Where to call a registry's API from here: people's address, but a pipeline step reaches the registry by its
 * container's name, which its environment tells it (SLUICE_REGISTRY_ENDPOINT).
 */
export function registryEndpoint(url: string, environment: NodeJS.ProcessEnv = process.env): string {
  return environment['SLUICE_REGISTRY_ENDPOINT'] ?? url;
}

/** What to do where a registry refuses a login that is configured. */
export const nextAfterRefusedLogin =
  "remove the registry's container registry-store (docker rm --force), then npm run up, which gives it its login again; or correct username and password in the configuration";

/** What a tag or a digest stands for. */
export interface Resolved {
  /** `sha256:…` */
  digest: string;
  mediaType: string;
  /** Bytes of the manifest. */
  size: number;
}

/** Operating system and processor as images name them (`linux`, `arm64`). */
export interface ImagePlatform {
  os: string;
  architecture: string;
}

interface Manifest {
  resolved: Resolved;
  bytes: Buffer;
}

interface Index {
  manifests: { digest: string; platform?: ImagePlatform }[];
}

const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  ...indexTypes,
].join(', ');

/**
 * The part of the OCI distribution API that Sluice needs. Nothing is cached: every call asks the registry.
 * All methods throw UserError when the registry is away or refuses the login.
 */
export class RegistryClient {
  private readonly endpoint: string;
  private readonly timeout: number;

  constructor(private readonly options: RegistryClientOptions) {
    this.endpoint = options.endpoint.replace(/\/+$/, '');
    this.timeout = (options.timeoutSeconds ?? 30) * 1000;
  }

  /**
   * Asks whether the registry is there and takes the login.
   * @throws UserError when it is away, refuses the login or is no registry
   */
  async ping(): Promise<void> {
    this.expect(await this.request('GET', ''), [200], 'say that it is a registry (GET /v2/)');
  }

  /**
   * What a tag or digest stands for now.
   * @throws UserError when there is no such tag
   */
  async resolve(repository: string, reference: string): Promise<Resolved> {
    const found = await this.find(repository, reference);
    if (found !== undefined) return found;
    throw this.unknown(repository, reference);
  }

  /** As {@link resolve}, but undefined when there is no such repository or tag. */
  async find(repository: string, reference: string): Promise<Resolved | undefined> {
    const response = await this.request('HEAD', `${repository}/manifests/${reference}`, { accept: manifestTypes });
    if (response.status === 404) return undefined;
    this.expect(response, [200], `look up ${repository}:${reference}`);
    const digest = response.headers.get('docker-content-digest');
    // Optional in the specification: whoever does not send it makes us fetch the manifest and hash it.
    if (digest === null) return (await this.manifest(repository, reference)).resolved;
    return {
      digest,
      mediaType: response.headers.get('content-type') ?? '',
      size: Number(response.headers.get('content-length') ?? 0),
    };
  }

  /**
   * Labels of an image.
   * @param platform which image of an index is read; @default linux on this machine's processor
   * @throws UserError when there is no such image, or none for the platform
   */
  async labels(
    repository: string,
    digest: string,
    platform: ImagePlatform = hostPlatform(),
  ): Promise<Record<string, string>> {
    let { resolved, bytes } = await this.manifest(repository, digest);
    if (indexTypes.includes(resolved.mediaType)) {
      const image = pick(JSON.parse(bytes.toString()) as Index, platform, `${repository}@${digest}`);
      ({ resolved, bytes } = await this.manifest(repository, image));
    }
    const manifest = JSON.parse(bytes.toString()) as { config: { digest: string } };
    const response = await this.request('GET', `${repository}/blobs/${manifest.config.digest}`);
    this.expect(response, [200], `read the settings of ${repository}@${resolved.digest}`);
    const config = (await response.json()) as { config?: { Labels?: Record<string, string> | null } };
    return config.config?.Labels ?? {};
  }

  /**
   * Makes a tag stand for an image that the registry has; the same bytes are stored again, so the digest stays.
   * Doing it twice changes nothing.
   * @throws UserError when there is no such image
   */
  async putTag(repository: string, digest: string, tag: string): Promise<void> {
    const { resolved, bytes } = await this.manifest(repository, digest);
    const response = await this.request(
      'PUT',
      `${repository}/manifests/${tag}`,
      { 'content-type': resolved.mediaType },
      bytes,
    );
    this.expect(response, [201], `move the tag ${tag} of ${repository}`);
  }

  /**
   * Deletes a manifest with all its tags; one that is not there counts as deleted.
   * @throws UserError when the registry does not allow deletions
   */
  async deleteManifest(repository: string, digest: string): Promise<void> {
    const response = await this.request('DELETE', `${repository}/manifests/${digest}`);
    if (response.status === 405) {
      throw new UserError(
        `the registry ${this.endpoint} allows no deletions`,
        'set REGISTRY_STORAGE_DELETE_ENABLED=true for it, or delete images there by hand',
      );
    }
    this.expect(response, [202, 404], `delete ${repository}@${digest}`);
  }

  /** All tags of a repository, in the registry's order; none when it does not exist. */
  async tags(repository: string): Promise<string[]> {
    const tags: string[] = [];
    let next: string | undefined = `${repository}/tags/list`;
    while (next !== undefined) {
      const response: Response = await this.request('GET', next);
      if (response.status === 404) return tags;
      this.expect(response, [200], `list the tags of ${repository}`);
      tags.push(...(((await response.json()) as { tags: string[] | null }).tags ?? []));
      next = nextPage(response.headers.get('link'));
    }
    return tags;
  }

  private async manifest(repository: string, reference: string): Promise<Manifest> {
    const response = await this.request('GET', `${repository}/manifests/${reference}`, { accept: manifestTypes });
    if (response.status === 404) throw this.unknown(repository, reference);
    this.expect(response, [200], `read ${repository}:${reference}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (reference.startsWith('sha256:') && reference !== digest) {
      throw new UserError(`the registry ${this.endpoint} answered ${repository}@${reference} with ${digest}`);
    }
    const mediaType = response.headers.get('content-type') ?? '';
    return { resolved: { digest, mediaType, size: bytes.length }, bytes };
  }

  private async request(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer,
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.endpoint}/v2/${path}`, {
        method,
        headers: { ...headers, ...this.authorization() },
        body: body === undefined ? undefined : new Uint8Array(body),
        signal: AbortSignal.timeout(this.timeout),
      });
    } catch (error) {
      throw new UserError(
        `the registry ${this.endpoint} does not answer (${reason(error)})`,
        'npm run up, which starts what is missing; or correct its address in the configuration',
      );
    }
    if (response.status === 401 || response.status === 403) throw this.refused(response, method);
    return response;
  }

  private authorization(): Record<string, string> {
    const { username, password } = this.options;
    if (username === undefined || password === undefined) return {};
    return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  }

  private refused(response: Response, method: string): UserError {
    const who =
      this.options.username === undefined ? 'a request without login' : `the login "${this.options.username}"`;
    if (response.status === 403) {
      return new UserError(
        `the registry ${this.endpoint} knows ${who}, but it may not ${verbOf(method)} there (403)`,
        'use an account that may, or give this one the right',
      );
    }
    const bearer = /^bearer/i.test(response.headers.get('www-authenticate') ?? '');
    return new UserError(
      `the registry ${this.endpoint} refuses ${who} (${response.status})` +
        (bearer ? ': it asks for a token, which is not supported' : ''),
      bearer ? 'use a registry with basic authentication' : nextAfterRefusedLogin,
    );
  }

  private unknown(repository: string, reference: string): UserError {
    const digest = reference.startsWith('sha256:');
    return new UserError(
      `the registry ${this.endpoint} has no ${repository}${digest ? '@' : ':'}${reference}`,
      digest
        ? 'name a digest that it has'
        : 'push a change to the repository: its pipeline builds the image and moves the tag',
    );
  }

  private expect(response: Response, statuses: readonly number[], what: string): void {
    if (statuses.includes(response.status)) return;
    throw new UserError(`the registry ${this.endpoint} answered ${response.status} to: ${what}`, 'read its log');
  }
}

function verbOf(method: string): string {
  if (method === 'DELETE') return 'delete';
  return method === 'GET' || method === 'HEAD' ? 'read' : 'push';
}

function hostPlatform(): ImagePlatform {
  const architecture = { x64: 'amd64', arm64: 'arm64', arm: 'arm' }[process.arch as string] ?? process.arch;
  return { os: 'linux', architecture };
}

function pick(index: Index, platform: ImagePlatform, image: string): string {
  const found = index.manifests.find(
    (entry) => entry.platform?.os === platform.os && entry.platform.architecture === platform.architecture,
  );
  if (found !== undefined) return found.digest;
  const there = index.manifests
    .map((entry) => `${entry.platform?.os ?? 'unknown'}/${entry.platform?.architecture ?? 'unknown'}`)
    .join(', ');
  throw new UserError(
    `${image} has no image for ${platform.os}/${platform.architecture}, only for ${there || 'nothing'}`,
    'build it for this platform, or name an image that has it',
  );
}

/** Path below /v2/ of the next page, from the header `Link: </v2/NAME/tags/list?last=…>; rel="next"`. */
function nextPage(link: string | null): string | undefined {
  return /<[^>]*?\/v2\/([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
}

function reason(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'time-out';
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? String(error);
}

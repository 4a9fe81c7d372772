import { createHash } from 'node:crypto';
import { UserError } from '../../base/errors';
import { sender, type RegistryAnswer } from './http';
import { asDeletion, DeletionRefused, noRegistry, refusal, refusedToken, unanswered, type Asker } from './refusal';
import { RegistrySession, type SessionOptions } from './session';
import { NoToken } from './token';

/** Where a registry's API is and who asks. */
export interface RegistryClientOptions {
  /** `http(s)://host:port`, without a path. */
  endpoint: string;
  /** Basic authentication, or a token for this login where the registry wants one; without it requests carry no login. */
  username?: string;
  password?: string;
  /** PEM of an authority that the registry's certificate may be signed by, besides those that are known anyway. */
  ca?: string;
  /** For the whole of one request. @default 30 */
  timeoutSeconds?: number;
  /** See {@link SessionOptions.pause}. */
  pause?: SessionOptions['pause'];
}

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

/** A manifest as the registry has it. */
export interface Manifest {
  resolved: Resolved;
  bytes: Buffer;
}

interface Index {
  manifests: { digest: string; platform?: ImagePlatform }[];
}

export const indexTypes = [
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
  protected readonly endpoint: string;
  private readonly asker: Asker;
  private readonly session: RegistrySession;

  constructor({ endpoint, username, password, ca, timeoutSeconds, pause }: RegistryClientOptions) {
    this.endpoint = endpoint.replace(/\/+$/, '');
    const isGiven = username !== undefined && username !== '' && password !== undefined;
    this.asker = { endpoint: this.endpoint, login: isGiven ? { username, password } : undefined };
    this.session = new RegistrySession({
      ...this.asker,
      send: sender({ ca, milliseconds: (timeoutSeconds ?? 30) * 1000 }),
      pause,
    });
  }

  /**
   * Asks whether the registry is there and takes the login.
   * @throws UserError when it is away, refuses the login or is no registry
   */
  async ping(): Promise<void> {
    const answer = await this.request('GET', '');
    const isPage = /^text\/html/i.test(answer.headers['content-type'] ?? '');
    if (answer.status === 404 || (answer.status < 400 && (answer.status !== 200 || isPage))) {
      throw noRegistry(this.asker, `it answers ${answer.status}${isPage ? ' with a page' : ''} to GET /v2/`);
    }
    this.expect(answer, [200], 'say that it is a registry (GET /v2/)');
  }

  /**
   * Begins to push into a repository and gives it up at once: nothing stays there, but who may not push is told.
   * @throws UserError that says what is in the way: rights, a project that does not exist, no room
   */
  async tryPush(repository: string): Promise<void> {
    const answer = await this.request('POST', `${repository}/blobs/uploads/`, { 'content-length': '0' });
    this.expect(answer, [202], `begin to push ${repository}`, 'POST');
    const upload = /\/v2\/(.+)$/.exec(answer.headers.location ?? '')?.[1];
    // A registry clears away by itself what is not ended.
    if (upload !== undefined) await this.session.request('DELETE', upload).catch(() => undefined);
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
    const digest = header(response, 'docker-content-digest');
    // Optional in the specification: whoever does not send it makes us fetch the manifest and hash it.
    if (digest === undefined) return (await this.manifest(repository, reference)).resolved;
    return {
      digest,
      mediaType: header(response, 'content-type') ?? '',
      size: Number(header(response, 'content-length') ?? 0),
    };
  }

  /**
   * Labels of an image.
   * @param platform which image of an index is read, `any` where it does not matter: all of them tell of one build; @default linux on this machine's processor
   * @throws UserError when there is no such image, or none for the platform
   */
  async labels(
    repository: string,
    digest: string,
    platform: ImagePlatform | 'any' = hostPlatform(),
  ): Promise<Record<string, string>> {
    let { resolved, bytes } = await this.manifest(repository, digest);
    if (indexTypes.includes(resolved.mediaType)) {
      const image = pick(JSON.parse(bytes.toString()) as Index, platform, `${repository}@${digest}`);
      ({ resolved, bytes } = await this.manifest(repository, image));
    }
    const manifest = JSON.parse(bytes.toString()) as { config: { digest: string } };
    const blob = manifest.config.digest;
    const { body, ...response } = await this.request('GET', `${repository}/blobs/${blob}`);
    this.expect({ body, ...response }, [200], `read the settings of ${repository}@${resolved.digest}`);
    // It may have come from somewhere else: registries send people to where they keep their blobs.
    if (digestOf(body) !== blob) {
      throw new UserError(`the registry ${this.endpoint} answered ${repository}@${blob} with ${digestOf(body)}`);
    }
    const config = JSON.parse(body.toString()) as { config?: { Labels?: Record<string, string> | null } };
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
    this.expect(response, [201], `move the tag ${tag} of ${repository}`, 'PUT');
  }

  /**
   * Deletes a manifest with all its tags; one that is not there counts as deleted.
   * @throws UserError when the registry does not allow deletions
   */
  async deleteManifest(repository: string, digest: string): Promise<void> {
    const response = await this.request('DELETE', `${repository}/manifests/${digest}`);
    if (response.status === 405) {
      throw new DeletionRefused(
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
      const response: RegistryAnswer = await this.request('GET', next);
      if (response.status === 404) return tags;
      this.expect(response, [200], `list the tags of ${repository}`);
      tags.push(...((JSON.parse(response.body.toString()) as { tags: string[] | null }).tags ?? []));
      next = nextPage(header(response, 'link'));
    }
    return tags;
  }

  protected async manifest(repository: string, reference: string): Promise<Manifest> {
    const response = await this.request('GET', `${repository}/manifests/${reference}`, { accept: manifestTypes });
    if (response.status === 404) throw this.unknown(repository, reference);
    this.expect(response, [200], `read ${repository}:${reference}`);
    const bytes = response.body;
    const digest = digestOf(bytes);
    if (reference.startsWith('sha256:') && reference !== digest) {
      throw new UserError(`the registry ${this.endpoint} answered ${repository}@${reference} with ${digest}`);
    }
    const mediaType = header(response, 'content-type') ?? '';
    return { resolved: { digest, mediaType, size: bytes.length }, bytes };
  }

  protected async request(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer,
    about?: string,
  ): Promise<RegistryAnswer> {
    let answer: RegistryAnswer;
    try {
      answer = await this.session.request(method, path, headers, body, about);
    } catch (error) {
      if (error instanceof NoToken) throw asDeletion(method, refusedToken(this.asker, error, method));
      throw unanswered(this.asker, error);
    }
    if ([401, 403, 429].includes(answer.status)) {
      const refused = refusal(this.asker, answer, method);
      if (refused !== undefined) throw asDeletion(method, refused);
    }
    return answer;
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

  protected expect(response: RegistryAnswer, statuses: readonly number[], what: string, method = 'GET'): void {
    if (statuses.includes(response.status)) return;
    const known = refusal(this.asker, response, method);
    if (known !== undefined) throw known;
    throw new UserError(`the registry ${this.endpoint} answered ${response.status} to: ${what}`, 'read its log');
  }
}

/** One value of a header. */
export function header({ headers }: RegistryAnswer, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The digest by which a registry names these bytes. */
export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function hostPlatform(): ImagePlatform {
  const architecture = { x64: 'amd64', arm64: 'arm64', arm: 'arm' }[process.arch as string] ?? process.arch;
  return { os: 'linux', architecture };
}

function pick(index: Index, platform: ImagePlatform | 'any', image: string): string {
  const found = index.manifests.find(
    // What builders tell of an image stands beside it in the index, for the platform "unknown".
    ({ platform: own }) =>
      platform === 'any'
        ? own?.os !== 'unknown'
        : own?.os === platform.os && own.architecture === platform.architecture,
  );
  if (found !== undefined) return found.digest;
  const wanted = platform === 'any' ? 'any platform' : `${platform.os}/${platform.architecture}`;
  const there = index.manifests
    .map((entry) => `${entry.platform?.os ?? 'unknown'}/${entry.platform?.architecture ?? 'unknown'}`)
    .join(', ');
  throw new UserError(
    `${image} has no image for ${wanted}, only for ${there || 'nothing'}`,
    'build it for this platform, or name an image that has it',
  );
}

/** Path below /v2/ of the next page, from the header `Link: </v2/NAME/tags/list?last=…>; rel="next"`. */
export function nextPage(link: string | undefined): string | undefined {
  return /<[^>]*?\/v2\/([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
}

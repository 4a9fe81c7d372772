import { createHash } from 'node:crypto';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import type { FakeTokenService } from './fake-token-service';

export const imageType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';

/** What a fake registry does otherwise than a usual one. */
export interface Habits {
  /** Password that it asks of the user `ann`; none by default. */
  password?: string;
  /** Asks for this service's tokens, instead of a password. */
  tokens?: FakeTokenService;
  /** Address below which its blobs are: whoever reads one is sent there. */
  blobsAt?: string;
  /** How often it is busy before it answers, and what it then says of waiting. */
  busy?: { times: number; status: number; retryAfter?: string; body?: string };
  /** Leaves out the header Docker-Content-Digest. */
  silentDigest?: boolean;
  /** Keeps the lists of what refers to a manifest itself: the referrers API; or answers whoever asks for one with this status. */
  referrers?: true | number;
  /** Answers artifacts with this status. */
  refusesArtifacts?: number;
  /** Allows no deletions. */
  keeps?: boolean;
  /** Tags per page of a list. */
  page?: number;
  /** Answers every request with this status. */
  broken?: number;
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A registry in memory, on loopback. */
export class FakeRegistry {
  readonly requests: string[] = [];
  readonly blobs = new Map<string, string>();
  /** Manifests by `repository@digest`. */
  readonly manifests = new Map<string, { type: string; text: string }>();
  /** Digests by `repository:tag`, in the order of their making. */
  readonly tags = new Map<string, string>();
  /** Sees each request. */
  onRequest: (request: IncomingMessage) => unknown = () => undefined;
  private readonly server: Server;

  private constructor(private readonly habits: Habits) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  static async start(habits: Habits = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(habits);
    await new Promise<void>((resolve) => registry.server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Stores a manifest and answers its digest. */
  put(repository: string, manifest: object | string, type = imageType, tag?: string): string {
    const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    const digest = sha256(text);
    this.manifests.set(`${repository}@${digest}`, { type, text });
    if (tag !== undefined) this.tags.set(`${repository}:${tag}`, digest);
    return digest;
  }

  /** Stores an image with labels and answers its digest. */
  image(repository: string, labels: Record<string, string> | null, tag?: string): string {
    const config = JSON.stringify({ config: { Labels: labels } });
    this.blobs.set(sha256(config), config);
    return this.put(repository, { schemaVersion: 2, config: { digest: sha256(config) } }, imageType, tag);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { status, headers = {}, body = '' } = this.reply(request, Buffer.concat(chunks).toString());
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private reply(request: IncomingMessage, body: string): Reply {
    const url = new URL(request.url ?? '/', 'http://x');
    this.onRequest(request);
    this.requests.push(`${request.method ?? ''} ${url.pathname}${url.search}`);
    const { password, tokens, blobsAt, broken, busy } = this.habits;
    if (broken !== undefined) return { status: broken };
    if (busy !== undefined && this.requests.length <= busy.times) {
      const { status, retryAfter, body: text } = busy;
      return { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter }, body: text };
    }
    if (tokens !== undefined) {
      const challenge = tokens.challenge(request.headers.authorization, wanted(request.method ?? '', url.pathname));
      if (challenge !== undefined) return { status: 401, headers: { 'www-authenticate': challenge } };
    }
    const login = `Basic ${Buffer.from(`ann:${password ?? ''}`).toString('base64')}`;
    if (password !== undefined && request.headers.authorization !== login) {
      return { status: 401, headers: { 'www-authenticate': 'Basic realm="fake"' } };
    }
    if (url.pathname === '/v2/') return { status: 200, body: '{}' };
    const upload = /^\/v2\/.+\/blobs\/uploads\/an-upload$/.test(url.pathname) && request.method === 'PUT';
    if (upload) {
      const digest = url.searchParams.get('digest') ?? '';
      if (digest !== sha256(body) || url.searchParams.get('state') !== '1') return { status: 400 };
      this.blobs.set(digest, body);
      return { status: 201 };
    }
    if (url.pathname.endsWith('/blobs/uploads/')) {
      return { status: 202, headers: { location: `${url.pathname}an-upload?state=1` } };
    }
    const [, repository = '', kind, reference = ''] =
      /^\/v2\/(.+)\/(tags|blobs|manifests|referrers)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (kind === 'tags') return this.list(repository, url.searchParams.get('last') ?? '');
    if (kind === 'referrers') return this.referrersOf(repository, reference);
    if (kind === 'manifests') return this.manifest(request, repository, reference, body);
    if (blobsAt !== undefined) return { status: 307, headers: { location: `${blobsAt}/${reference}` } };
    const blob = this.blobs.get(reference);
    return blob === undefined ? { status: 404 } : { status: 200, body: blob };
  }

  private list(repository: string, last: string): Reply {
    const all = [...this.tags.keys()]
      .filter((key) => key.startsWith(`${repository}:`))
      .map((key) => key.slice(repository.length + 1));
    if (all.length === 0) return { status: 404 };
    const first = all.indexOf(last) + 1;
    const page = all.slice(first, first + (this.habits.page ?? all.length));
    const link = `</v2/${repository}/tags/list?last=${page.at(-1) ?? ''}&n=${page.length}>; rel="next"`;
    return {
      status: 200,
      headers: first + page.length < all.length ? { link } : {},
      body: JSON.stringify({ name: repository, tags: page }),
    };
  }

  private referrersOf(repository: string, subject: string): Reply {
    if (this.habits.referrers === undefined) return { status: 404 };
    if (typeof this.habits.referrers === 'number') return { status: this.habits.referrers };
    const manifests = [...this.manifests].flatMap(([key, { type, text }]) => {
      const manifest = JSON.parse(text) as { subject?: { digest: string }; artifactType?: string };
      const digest = key.slice(repository.length + 1);
      if (!key.startsWith(`${repository}@`) || manifest.subject?.digest !== subject) return [];
      return [{ mediaType: type, digest, size: text.length, artifactType: manifest.artifactType }];
    });
    const body = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });
    return { status: 200, headers: { 'content-type': indexType }, body };
  }

  private manifest(request: IncomingMessage, repository: string, reference: string, body: string): Reply {
    if (request.method === 'PUT') {
      const { subject } = JSON.parse(body) as { subject?: { digest: string } };
      if (subject !== undefined && this.habits.refusesArtifacts !== undefined) {
        return { status: this.habits.refusesArtifacts };
      }
      const tag = reference.startsWith('sha256:') ? undefined : reference;
      const digest = this.put(repository, body, request.headers['content-type'], tag);
      if (tag === undefined && reference !== digest) return { status: 400 };
      const isKept = subject !== undefined && this.habits.referrers === true;
      return { status: 201, headers: isKept ? { 'oci-subject': subject.digest } : {} };
    }
    if (request.method === 'DELETE' && this.habits.keeps === true) return { status: 405 };
    const digest = reference.startsWith('sha256:') ? reference : this.tags.get(`${repository}:${reference}`);
    const found = this.manifests.get(`${repository}@${digest ?? ''}`);
    if (found === undefined || digest === undefined) return { status: 404 };
    if (request.method === 'DELETE') {
      this.manifests.delete(`${repository}@${digest}`);
      for (const [tag, target] of this.tags) if (target === digest) this.tags.delete(tag);
      return { status: 202 };
    }
    const header: Record<string, string> = this.habits.silentDigest === true ? {} : { 'docker-content-digest': digest };
    return { status: 200, headers: { 'content-type': found.type, ...header }, body: found.text };
  }
}

/** What a request asks for in the words of tokens; undefined for nothing in particular. */
function wanted(method: string, path: string): { repository: string; action: string } | undefined {
  const repository = /^\/v2\/(.+?)\/(tags|blobs|manifests|referrers)\//.exec(path)?.[1];
  if (repository === undefined) return undefined;
  const isUpload = path.includes('/blobs/uploads/');
  const action = method === 'DELETE' && !isUpload ? 'delete' : ['GET', 'HEAD'].includes(method) ? 'pull' : 'push';
  return { repository, action };
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

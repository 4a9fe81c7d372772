import * as http from 'node:http';
import { codeLine } from '../../../base/codes';
import { connect } from './connect';
import { SshConnections } from './ssh';
import type { Endpoint } from './endpoint';

/** An answer of the engine that is no success. */
export class EngineError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** How one request is made. */
export interface RequestOptions {
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is when it is a buffer (a tar archive). */
  body?: unknown;
  signal?: AbortSignal;
}

// The newest API version whose answers are read correctly here.
const NEWEST_VERSION = [1, 51] as const;

/** A Docker engine's API over one endpoint. */
export class Engine {
  private version: Promise<string> | undefined;
  private readonly connection: Pick<http.RequestOptions, 'agent' | 'createConnection'>;

  constructor(readonly endpoint: Endpoint) {
    this.connection =
      endpoint.kind === 'ssh' ? { agent: new SshConnections(endpoint) } : { createConnection: () => connect(endpoint) };
  }

  /** The API version spoken: the engine's newest that is known here, such as `1.41`. */
  apiVersion(): Promise<string> {
    this.version ??= this.send('GET', '/_ping', {}).then(async (response) => {
      await readAll(response);
      const told = String(response.headers['api-version'] ?? '1.41');
      const [major = 0, minor = 0] = told.split('.').map(Number);
      const [newestMajor, newestMinor] = NEWEST_VERSION;
      const newer = major > newestMajor || (major === newestMajor && minor > newestMinor);
      return newer ? NEWEST_VERSION.join('.') : told;
    });
    return this.version;
  }

  /** Asks and reads the whole answer as JSON; undefined when it has no body. */
  async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const text = (await readAll(await this.stream(method, path, options))).toString();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Like `json`, but undefined when the engine says that there is no such thing. */
  async find<T>(path: string, options: RequestOptions = {}): Promise<T | undefined> {
    try {
      return await this.json<T>('GET', path, options);
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined;
      throw error;
    }
  }

  /**
   * Asks and hands out the answer while it comes.
   * @throws EngineError when the engine refuses, Error when no engine answers
   */
  async stream(method: string, path: string, options: RequestOptions = {}): Promise<http.IncomingMessage> {
    const version = await this.apiVersion();
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(options.query ?? {})) if (value !== undefined) query.set(key, value);
    const text = query.toString();
    return this.send(method, `/v${version}${path}${text === '' ? '' : `?${text}`}`, options);
  }

  private async send(method: string, path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    const raw = Buffer.isBuffer(options.body);
    const body =
      options.body === undefined || raw ? (options.body as Buffer | undefined) : JSON.stringify(options.body);
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = http.request(
        {
          method,
          path,
          ...this.connection,
          headers: {
            Host: 'docker',
            ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
            ...(body === undefined ? {} : { 'Content-Type': raw ? 'application/x-tar' : 'application/json' }),
            ...options.headers,
          },
          signal: options.signal,
        },
        resolve,
      );
      request.on('error', (error) => {
        if (options.signal?.aborted === true) reject(error);
        // A kept connection may end in the moment in which it is taken. What only asks can be asked once more.
        else if (request.reusedSocket && method === 'GET') this.send(method, path, options).then(resolve, reject);
        else reject(unreachable(this.endpoint, error));
      });
      request.end(body);
    });
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    throw new EngineError(status, messageOf((await readAll(response)).toString(), status));
  }
}

/** The whole of a stream. */
export async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function messageOf(text: string, status: number): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.trim() || `the engine answered ${status}`;
  }
}

function unreachable(endpoint: Endpoint, error: NodeJS.ErrnoException): Error {
  const advice =
    error.code === 'EACCES'
      ? 'this user may not use it: join the group that owns the socket (usually `docker`) and log in again'
      : 'start Docker there, or name the right engine with DOCKER_HOST or `docker context use`';
  const text = `no Docker engine answers at ${endpoint.text} (${error.message || String(error.code)}): ${advice}`;
  return new Error(`${text}\n${codeLine('engine-away', endpoint.text)}`);
}

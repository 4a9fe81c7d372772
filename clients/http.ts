import { setTimeout as pause } from 'node:timers/promises';
import { visibleLine } from '../base/visible';

/** Basic credentials of an account. */
export interface Login {
  username: string;
  password: string;
}

/** How a request is sent. */
export interface HttpOptions {
  method?: string;
  /** Value of the Authorization header, see {@link basic} and {@link bearer}. */
  authorization?: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as a form. */
  form?: Record<string, string>;
  headers?: Record<string, string>;
  /** Status codes that are answers and not errors, besides 2xx. @default none */
  also?: number[];
  /** Seconds that a server which is not there yet is waited for. @default 20 */
  patienceSeconds?: number;
  /** Seconds after which one request is given up. @default 30 */
  timeoutSeconds?: number;
}

/** An answer, with its body read. */
export interface HttpAnswer<T> {
  status: number;
  headers: Headers;
  text: string;
  /** The body as JSON; undefined when it is none. */
  body: T;
}

/** A server's refusal. Its message names the request and what the server said, never what was sent. */
export class HttpError extends Error {
  constructor(
    readonly method: string,
    readonly url: string,
    readonly status: number,
    readonly answer: string,
  ) {
    super(`${method} ${url} answered ${status}${answer === '' ? '' : `: ${visibleLine(answer.trim(), 300)}`}`);
    this.name = 'HttpError';
  }
}

/** The Authorization header's value for a name and password. */
export function basic(login: Login): string {
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
}

/** The Authorization header's value for a token. */
export function bearer(token: string): string {
  return `Bearer ${token}`;
}

/**
 * One HTTP request; redirects are answers. A server that does not take connections yet, or says 502 or 503, is asked
 * again until `patienceSeconds` have passed.
 * @throws HttpError for an answer that is neither 2xx nor 3xx nor in `also`
 */
export async function http<T = unknown>(url: string, options: HttpOptions = {}): Promise<HttpAnswer<T>> {
  const method = options.method ?? 'GET';
  const end = performance.now() + (options.patienceSeconds ?? 20) * 1000;
  for (;;) {
    const answer = await attempt<T>(method, url, options).catch((error: unknown) => error as Error);
    const failed = answer instanceof Error;
    const early = failed ? !(answer instanceof HttpError) || isEarly(answer.status) : isEarly(answer.status);
    if (early && performance.now() < end) {
      await pause(250);
      continue;
    }
    if (failed) throw answer;
    return answer;
  }
}

function isEarly(status: number): boolean {
  return status === 502 || status === 503;
}

async function attempt<T>(method: string, url: string, options: HttpOptions): Promise<HttpAnswer<T>> {
  const response = await send(method, url, options);
  const text = await response.text();
  const good = response.status < 400 || options.also?.includes(response.status);
  if (!good) throw new HttpError(method, url, response.status, text);
  return { status: response.status, headers: response.headers, text, body: parse(text) as T };
}

async function send(method: string, url: string, options: HttpOptions): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  if (options.authorization !== undefined) headers['authorization'] = options.authorization;
  let body: string | URLSearchParams | undefined;
  if (options.json !== undefined) {
    headers['content-type'] = 'application/json';
    body = JSON.stringify(options.json);
  } else if (options.form !== undefined) {
    body = new URLSearchParams(options.form);
  }
  try {
    return await fetch(url, {
      method,
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout((options.timeoutSeconds ?? 30) * 1000),
    });
  } catch (error) {
    const cause = (error as Error & { cause?: { code?: string; message?: string } }).cause;
    throw new Error(`${method} ${url}: ${cause?.code ?? cause?.message ?? (error as Error).message}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

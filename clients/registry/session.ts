import { setTimeout as sleep } from 'node:timers/promises';
import { isLoopback } from './address';
import type { RegistryAnswer, RegistryRequest, Send } from './http';
import { basicAuthorization, fetchToken, parseChallenges, type Challenge, type Token } from './token';
import { isHourlyLimit } from './trouble';

/** What a session works with. */
export interface SessionOptions {
  /** `https://host:port`, without a path. */
  endpoint: string;
  login: { username: string; password: string } | undefined;
  send: Send;
  /** Waits so many milliseconds; tests don't. */
  pause?: (milliseconds: number) => Promise<unknown>;
}

const redirections: readonly number[] = [301, 302, 303, 307, 308];
const busy: readonly number[] = [429, 502, 503, 504];
const tries = 3;
/** Seconds: a registry that wants more patience gets an error, which says how much. */
const longestWait = 20;
const mostRedirections = 5;

/**
 * Speaks to one registry as its login: by basic authentication, or with tokens when it asks for them (WWW-Authenticate:
 * Bearer). Tokens are kept in memory for as long as they hold, one for each repository and kind of request.
 */
export class RegistrySession {
  private readonly tokens = new Map<string, Token>();
  private usesTokens = false;

  constructor(private readonly options: SessionOptions) {}

  /**
   * One request, with the login that the registry wants; refusals are answers.
   * @param path below /v2/, or from the server's root where it begins with `/`: where a registry wants a blob
   * @param about the path of what it is about, which says by which token it is asked; @default path
   * @throws NoToken when the token service gives none; the system's own error when nobody answers
   */
  async request(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: Buffer,
    about = path,
  ): Promise<RegistryAnswer> {
    const url = new URL(`${this.options.endpoint}${path.startsWith('/') ? path : `/v2/${path}`}`);
    const key = tokenKey(method, about);
    const held = this.tokens.get(key);
    const valid = held !== undefined && held.until > performance.now() ? held : undefined;
    const first = await this.patiently({ method, url, headers: this.signed(headers, valid), body });
    const bearer = first.status === 401 ? bearerOf(first) : undefined;
    if (bearer === undefined) return first;
    this.usesTokens = true;
    const { login } = this.options;
    const token = await fetchToken((request) => this.patiently(request), bearer, login);
    this.tokens.set(key, token);
    return this.patiently({ method, url, headers: this.signed(headers, token), body });
  }

  private signed(headers: Readonly<Record<string, string>>, token: Token | undefined): Record<string, string> {
    if (token !== undefined) return { ...headers, authorization: `Bearer ${token.text}` };
    const { login } = this.options;
    // A registry with tokens gets no password: its token service does.
    if (this.usesTokens || login === undefined) return { ...headers };
    return { ...headers, authorization: basicAuthorization(login) };
  }

  /** Asks again where a server is busy, for as long as it says. */
  private async patiently(request: RegistryRequest): Promise<RegistryAnswer> {
    const pause = this.options.pause ?? sleep;
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.follow(request);
      if (attempt === tries || !busy.includes(answer.status)) return answer;
      const seconds = retryAfter(answer.headers['retry-after'], new Date().getTime()) ?? attempt;
      // A limit of pulls by the hour is no queue.
      if (seconds > longestWait || isHourlyLimit(answer.body.toString())) return answer;
      await pause(seconds * 1000);
    }
  }

  private async follow(request: RegistryRequest): Promise<RegistryAnswer> {
    let { url, headers } = request;
    for (let count = 0; ; count += 1) {
      const answer = await this.options.send({ ...request, url, headers });
      const { location } = answer.headers;
      if (!redirections.includes(answer.status) || location === undefined || count === mostRedirections) return answer;
      const next = new URL(location, url);
      if (!mayFollow(request.method, url, next)) return answer;
      if (next.origin !== url.origin) headers = withoutLogin(headers);
      url = next;
    }
  }
}

/** Requests that are asked with the same token: a token for reading does not push. */
function tokenKey(method: string, path: string): string {
  const repository = /^(.+)\/(manifests|blobs|tags|referrers)\//.exec(path)?.[1] ?? '';
  return `${repository} ${method === 'GET' || method === 'HEAD' ? 'read' : method === 'DELETE' ? 'delete' : 'write'}`;
}

function bearerOf(answer: RegistryAnswer): Challenge | undefined {
  return parseChallenges(answer.headers['www-authenticate']).find(({ scheme }) => scheme === 'bearer');
}

/** Reading goes wherever a registry keeps its blobs, but never from an encrypted connection to plain HTTP; writing stays. */
function mayFollow(method: string, from: URL, to: URL): boolean {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') return false;
  if (from.protocol === 'https:' && to.protocol === 'http:' && !isLoopback(to.host)) return false;
  return method === 'GET' || method === 'HEAD' || from.origin === to.origin;
}

function withoutLogin(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));
}

/** Seconds of a header Retry-After, which holds seconds or a date; undefined for anything else. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

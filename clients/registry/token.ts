import { isLoopback } from './address';
import { reason, type RegistryAnswer, type Send } from './http';

/** One of the ways in which a server wants a login, of its header WWW-Authenticate. */
export interface Challenge {
  /** In small letters: `basic`, `bearer`. */
  scheme: string;
  parameters: Readonly<Record<string, string>>;
}

/** A token of a registry's token service. */
export interface Token {
  text: string;
  /** Milliseconds of `performance.now()` from which on it is not used any more. */
  until: number;
}

/**
 * Reads WWW-Authenticate (RFC 9110, 11.6.1): several challenges may stand in one header.
 * `Bearer realm="https://…/token",service="…",scope="repository:shop/a:pull,push"`
 */
export function parseChallenges(header: string | undefined): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const part = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;
  for (const [, word = '', quoted, bare] of (header ?? '').matchAll(part)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? bare;
    if (value === undefined) challenges.push({ scheme: word.toLowerCase(), parameters: {} });
    else Object.assign(challenges.at(-1)?.parameters ?? {}, { [word.toLowerCase()]: value });
  }
  return challenges;
}

/** A token service's answer that is no token. */
export class NoToken extends Error {
  constructor(
    readonly service: string,
    readonly answer: RegistryAnswer | undefined,
    readonly problem: string,
  ) {
    super(`${service}: ${problem}`);
  }
}

/**
 * Asks for a token, by GET and with basic authentication where there is a login, without one else
 * (https://distribution.github.io/distribution/spec/auth/token).
 * @throws NoToken when there is none to be had; a password goes to nobody over plain HTTP, but on this machine
 */
export async function fetchToken(
  send: Send,
  { parameters }: Challenge,
  login: { username: string; password: string } | undefined,
  now: () => number = () => performance.now(),
): Promise<Token> {
  const { realm = '', service, scope } = parameters;
  if (!URL.canParse(realm)) throw new NoToken(realm, undefined, `"${realm}" is no address of a token service`);
  const url = new URL(realm);
  if (login !== undefined && url.protocol !== 'https:' && !isLoopback(url.host)) {
    throw new NoToken(url.origin, undefined, 'a password is not sent there, because the address is not https://');
  }
  if (service !== undefined) url.searchParams.set('service', service);
  // One parameter for each: services that know one only take the first.
  for (const each of scope?.split(' ') ?? []) url.searchParams.append('scope', each);
  if (login !== undefined) url.searchParams.set('account', login.username);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (login !== undefined) headers['authorization'] = basicAuthorization(login);
  const askedAt = now();
  const answer = await send({ method: 'GET', url, headers }).catch((error: unknown) => {
    throw new NoToken(url.origin, undefined, `it does not answer (${reason(error)})`);
  });
  if (answer.status !== 200) throw new NoToken(url.origin, answer, `it answered ${answer.status}`);
  const body = jsonOf(answer);
  const text = body['token'] ?? body['access_token'];
  if (typeof text !== 'string' || text === '') throw new NoToken(url.origin, answer, 'it answered without a token');
  const seconds = typeof body['expires_in'] === 'number' ? body['expires_in'] : defaultSeconds;
  // A tenth before its end, by this process's clock: the service's may be another.
  return { text, until: askedAt + seconds * 900 };
}

/** Of the specification, for services that do not say how long a token holds. */
const defaultSeconds = 60;

/** The header Authorization for a name and a password. */
export function basicAuthorization({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** A body that is a JSON object; empty for any other. */
export function jsonOf({ body }: RegistryAnswer): Record<string, unknown> {
  try {
    const value = JSON.parse(body.toString()) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

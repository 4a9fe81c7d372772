import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The parts of an HTTP request that a signature can cover. Header names are in lower case. */
export interface SignedRequest {
  method: string;
  /** Path with query. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/** Key id that Drone gives its only key. */
const keyId = 'hmac-key';
/** A request older or newer than this is not taken, in milliseconds. */
const dateWindow = 5 * 60 * 1000;
/** Without these the body or the time of the request could be exchanged. */
const neededHeaders = ['date', 'digest'];

/**
 * Checks the HTTP signature with which Drone's server signs its calls of extensions (draft-cavage-http-signatures,
 * hmac-sha256, in the header `Signature` or `Authorization: Signature …`).
 * @param now milliseconds since 1970
 * @returns why the request is not to be trusted, undefined when it is
 */
export function distrust(request: SignedRequest, secret: string, now: number): string | undefined {
  const parameters = signatureParameters(request.headers);
  if (parameters === undefined) return 'the request is not signed';
  if (parameters.get('keyId') !== keyId) return 'the signature names another key';
  if (parameters.get('algorithm') !== 'hmac-sha256') return 'the signature is not hmac-sha256';
  const names = (parameters.get('headers') ?? 'date').toLowerCase().split(' ');
  const missing = neededHeaders.find((name) => !names.includes(name));
  if (missing !== undefined) return `the signature does not cover the header ${missing}`;
  const text = signingString(request, names);
  if (text === undefined) return 'a signed header is not there';
  const expected = createHmac('sha256', secret).update(text).digest();
  if (!equal(expected, Buffer.from(parameters.get('signature') ?? '', 'base64'))) return 'the signature is wrong';
  const date = Date.parse(single(request.headers['date']) ?? '');
  // Written so that an unreadable date (NaN) is refused too.
  if (!(Math.abs(now - date) <= dateWindow)) return 'the request is too old or too new';
  const digest = createHash('sha256').update(request.body).digest();
  const [algorithm, claimed = ''] = splitOnce(single(request.headers['digest']) ?? '', '=');
  if (algorithm !== 'SHA-256' || !equal(digest, Buffer.from(claimed, 'base64')))
    return 'the body is not the signed one';
  return undefined;
}

/**
 * The text that is signed: one line `name: value` for each name, in their order; undefined when one of them is absent.
 */
export function signingString(request: Omit<SignedRequest, 'body'>, names: readonly string[]): string | undefined {
  const lines: string[] = [];
  for (const name of names) {
    const value =
      name === '(request-target)' ? `${request.method.toLowerCase()} ${request.url}` : single(request.headers[name]);
    if (value === undefined || value === '') return undefined;
    lines.push(`${name}: ${value}`);
  }
  return lines.join('\n');
}

function signatureParameters(headers: SignedRequest['headers']): Map<string, string> | undefined {
  const authorization = single(headers['authorization']);
  const text =
    single(headers['signature']) ??
    (authorization?.startsWith('Signature ') === true ? authorization.slice('Signature '.length) : undefined);
  if (text === undefined) return undefined;
  return new Map([...text.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function equal(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

import type { Listener } from '../../clients/docker/listeners';

/** What is known of a release that is healthy and gives no answer. */
export interface Silence {
  service: string;
  environment: string;
  /** Where it was asked: its service's containerPort. */
  port: number;
  path: string;
  /** For how long it was asked. */
  seconds: number;
  /** What it said instead of HTTP, the first characters. */
  said?: string | undefined;
  /** Where its programs listen. */
  listeners: readonly Listener[];
  /** What its image says (EXPOSE). */
  exposed: readonly number[];
}

/** The first bytes of an alert in TLS 1.0 to 1.3 (RFC 8446, 5.1 and 6), which is what TLS says to a request in plain text. */
const tlsAlert = '\u0015\u0003';

/** What is wrong, to be read after `discounts is`, and what to do. */
export function describeSilence(silence: Silence): { problem: string; next: string } {
  const { service, port, path, seconds, said, listeners } = silence;
  const listener = listeners.find((each) => each.port === port);
  if (said !== undefined) {
    const what = said.startsWith(tlsAlert) ? 'it speaks TLS there' : 'what it says there is no HTTP';
    return {
      problem: `healthy and listens on ${port}, but ${what}, and the edge speaks plain HTTP with it`,
      next: `have it speak plain HTTP on ${port}; a service that others reach themselves has no port in sluice:services`,
    };
  }
  if (listener?.loopback === true) {
    return {
      problem: `healthy, but listens on ${port} on 127.0.0.1 only, where nobody outside its container reaches it`,
      next: `have the program of ${service} listen on 0.0.0.0:${port} (many take HOST=0.0.0.0 for that)`,
    };
  }
  if (listener !== undefined) {
    return {
      problem: `healthy and listens on ${port}, but gives no answer to GET ${path} within ${seconds} s`,
      next: `have it answer GET ${path}, or name a path that it answers (sluice:watch, probePath)`,
    };
  }
  return { problem: elsewhere(silence), next: toType(silence) };
}

function elsewhere({ port, listeners, exposed }: Silence): string {
  const where = listeners.map((each) => `${each.port}${each.loopback ? ' (and only on 127.0.0.1)' : ''}`).join(', ');
  const image = exposed.length === 0 ? '' : ` (its image says EXPOSE ${exposed.join(', ')})`;
  return `healthy, but listens on ${where === '' ? 'no port' : where}${image}, and containerPort says ${port}`;
}

function toType({ service, environment, port, listeners, exposed }: Silence): string {
  const listen = `have its program listen on 0.0.0.0:${port}`;
  const reachable = listeners.filter(({ loopback }) => !loopback).map((each) => each.port);
  const named = reachable.filter((each) => exposed.includes(each));
  const ports = named.length === 0 ? reachable : named;
  if (ports.length > 0)
    return `set containerPort of ${service} to ${ports.join(' or ')} (Pulumi.${environment}.yaml), or ${listen}`;
  return `${listen}; a service that nobody asks has no port in sluice:services`;
}

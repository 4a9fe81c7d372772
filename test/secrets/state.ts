import { leastLength } from './scanner';
import type { Secret } from './forms';

/** By this key a value is known as a secret in a state (Pulumi's signature of secrets). */
const signature = '4dabf18193072939515e22adb298388d';

/** A state as `pulumi stack export --show-secrets` prints it. */
export interface State {
  deployment: {
    resources?: { urn: string; type: string; inputs?: Record<string, unknown>; outputs?: Record<string, unknown> }[];
  };
}

/** Names whose values are secrets when they stand in something that Pulumi holds for secret. */
const telling = /pass(word|phrase|wd)|secret|token|key$|^bcryptHash$|^result$/i;

/**
 * The secrets of a state. Pulumi marks a whole (all variables of a container, all input of a command) as secret; what in
 * it is one is told by its name, or by its look: long, without spaces, of capitals, small letters and digits. Each is
 * named after the resource that made it, if the state says which.
 */
export function secretsOf({ deployment }: State): Secret[] {
  const names = new Map<string, string>();
  // What generates secrets first, the stack, which only passes them on, last.
  const rank = (type: string): number =>
    type.startsWith('random:') ? 0 : type === 'command:local:Command' ? 1 : type === 'pulumi:pulumi:Stack' ? 3 : 2;
  const resources = [...(deployment.resources ?? [])].sort((a, b) => rank(a.type) - rank(b.type));
  for (const { urn, inputs, outputs } of resources) {
    const resource = urn.split('::').at(-1) ?? urn;
    for (const [key, secret] of [...marked(outputs), ...marked(inputs)]) {
      for (const [name, value] of leaves(secret, key)) {
        if (isSecret(name, value) && !names.has(value))
          names.set(value, name === 'result' ? resource : `${resource} ${name}`);
      }
    }
  }
  return [...names].map(([value, name]) => ({ name, value }));
}

/** What is marked as secret below a value, with the key that it stands under. */
function marked(value: unknown, key = ''): [key: string, secret: unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => marked(each, key));
  const entries = value as Record<string, unknown>;
  if (signature in entries) {
    const { plaintext } = entries;
    return [[key, typeof plaintext === 'string' ? (JSON.parse(plaintext) as unknown) : entries['value']]];
  }
  return Object.entries(entries).flatMap(([name, each]) => marked(each, name));
}

/** The texts in a value, JSON and `NAME=value` taken apart, with the name next to each. */
function leaves(value: unknown, name: string): [name: string, text: string][] {
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, name));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, each]) => leaves(each, key));
  if (typeof value !== 'string') return [];
  const inner = parsed(value);
  if (inner !== undefined) return leaves(inner, name);
  const [, variable, rest] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(value) ?? [];
  return variable === undefined ? [[name, value]] : leaves(rest, variable);
}

function parsed(text: string): unknown {
  if (!/^[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isSecret(name: string, value: string): boolean {
  if (value.length < leastLength || /\s|^\/|:\/\//.test(value)) return false;
  const looks = value.length >= 20 && [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(value));
  return telling.test(name) || (looks && /^[\w+/=.$-]+$/.test(value));
}

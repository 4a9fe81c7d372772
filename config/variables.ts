import type { z } from 'zod';
import { UserError } from '../base/errors';

/** Values of a CI, or of a terminal, by name: `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A config text `$NAME`: which variable it stands for, and where it stands. */
export interface Variable {
  /** Without `$`. */
  name: string;
  /** The key and what is below it: `['target', 'host']`. */
  path: readonly string[];
}

type Values = Record<string, unknown>;

/** The variable that a text stands for; undefined for any other text. */
export function variableOf(text: unknown): string | undefined {
  return typeof text === 'string' ? /^\$([A-Z_][A-Z0-9_]*)$/.exec(text)?.[1] : undefined;
}

/**
 * Where text is never a variable of ours: programs get it as it stands, and what an app is started with makes its
 * release's name, which must be the same from every machine.
 */
const literal = [
  'services.*.env',
  'services.*.health.test',
  'services.*.command',
  'services.*.entrypoint',
  'services.*.files',
  'gate.*.command',
  'watch.checks.*.command',
].map((place) => place.split('.'));

/** What the stacks are and how they hang together is never left open: every verb needs it. */
const needed: readonly string[] = ['role', 'platform', 'prefix', 'promotesFrom', 'channel'];

/** All variables that a stack's values name, wherever they stand. */
export function variablesIn(value: unknown, path: readonly string[] = []): Variable[] {
  if (literal.some((place) => place.every((part, index) => part === '*' || part === path[index]))) return [];
  const name = variableOf(value);
  if (name !== undefined) return [{ name, path }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => variablesIn(below, [...path, key]));
}

/**
 * Puts what the environment says in place of `$NAME`, as the type that the schema wants there. In place of a variable that
 * is not set stands something that the schema takes: whoever needs the values asks {@link refuseUnset} first.
 * @returns the values, and the variables that are not set
 * @throws UserError for a variable that is not set where nothing can stand in for it
 */
export function fill(
  file: string,
  raw: Readonly<Values>,
  schema: z.ZodType,
  environment: Variables,
): { values: Values; unset: Variable[] } {
  const values = structuredClone(raw) as Values;
  const holes = variablesIn(raw).map((variable, index) => {
    const value = environment[variable.name] ?? '';
    const choices = value === '' ? standIns(variable, index) : readings(value);
    return { variable, isUnset: value === '', choices };
  });
  for (const { variable, choices } of holes) put(values, variable.path, choices.shift());
  for (;;) {
    const wrong = schema.safeParse(values).error?.issues.map(({ path }) => path.map(String)) ?? [];
    const hole = holes.find(
      ({ variable, choices, isUnset }) =>
        (isUnset || choices.length > 0) && wrong.some((path) => path.join('.') === variable.path.join('.')),
    );
    if (hole === undefined) break;
    if (hole.choices.length === 0) throw unsetError(file, hole.variable);
    put(values, hole.variable.path, hole.choices.shift());
  }
  return { values, unset: holes.flatMap(({ variable, isUnset }) => (isUnset ? [variable] : [])) };
}

/** @throws UserError that names the first variable, for somebody who needs its value */
export function refuseUnset(file: string, unset: readonly Variable[]): void {
  if (unset[0] !== undefined) throw unsetError(file, unset[0]);
}

function unsetError(file: string, { name, path }: Variable): UserError {
  return new UserError(
    `${file}: sluice:${path.join('.')} is $${name}, but the environment variable ${name} is not set`,
    `set ${name} in the CI's variables, or export it`,
  );
}

/** What a variable's text can mean: text first. */
function readings(text: string): unknown[] {
  const isNumber = text.trim() !== '' && Number.isFinite(Number(text));
  return [text, ...(isNumber ? [Number(text)] : []), ...(text === 'true' || text === 'false' ? [text === 'true'] : [])];
}

/** A text, a name, an address, an IP address, an image, a machine's key, a number that is no other's, … */
function standIns({ name, path }: Variable, index: number): unknown[] {
  if (needed.includes(path[0] ?? '')) return [`$${name}`];
  const word = `unset-${name.toLowerCase().replaceAll('_', '-')}`.slice(0, 31);
  return [
    `$${name}`,
    word,
    `http://${word}.invalid`,
    '127.0.0.1',
    `/${word}`,
    `${word}@sha256:${'0'.repeat(64)}`,
    `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'0'.repeat(43)}`,
    1024 + index,
    1,
    true,
  ];
}

function put(values: Values, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path;
  if (rest.length === 0) values[key] = value;
  else put(values[key] as Values, rest, value);
}

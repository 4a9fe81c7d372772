import { z } from 'zod';
import { inner } from './schema/form';
import { didYouMean } from '../base/spelling';

/**
 * Says what a schema found wrong with a value: the path of the value, what it must be and what it is. A misspelt key
 * comes first, since it is what other complaints ("port is missing") come from.
 * @param values what the schema was given
 * @returns like `sluice:services.shop.port must be a whole number, but is "x"`
 */
export function explain(error: z.ZodError, schema: z.ZodType, values: unknown): string {
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
  if (issue === undefined) return 'the config is wrong';
  const where = `sluice:${issue.path.map(String).join('.')}`;
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = keysOf(schemaAt(schema, issue.path, values));
    const hint = didYouMean(key, known) || (known.length === 0 ? '' : `; it may have ${known.join(', ')}`);
    return `${where} has an unknown key "${key}"${hint}`;
  }
  if (issue.code === 'invalid_key') {
    const reason = issue.issues[0] === undefined ? issue.message : complaint(issue.issues[0]);
    return `${where}: the name ${reason}`;
  }
  const value = valueAt(values, issue.path);
  // A rule about a whole service, say, is not about one value that could be shown.
  if (issue.code === 'custom') return `${where} ${issue.message}`;
  const choices = choicesOf(issue);
  if (choices !== undefined) {
    const hint = typeof value === 'string' ? didYouMean(value, choices) : '';
    const list = choices.length === 1 ? `"${choices.join('')}"` : `one of ${choices.join(', ')}`;
    if (value === undefined) return `${where} is missing; it must be ${list}`;
    return `${where} must be ${list}, but is ${shown(value)}${hint}`;
  }
  if (value === undefined) return `${where} is missing; it ${complaint(issue)}`;
  const isShort = issue.code === 'too_small' && issue.origin === 'array';
  return `${where} ${complaint(issue)}${isShort ? '' : `, but is ${shown(value)}`}`;
}

const nouns: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of names to values',
};

/** What a value must be, without the value. */
function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${nouns[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return issue.origin === 'array'
        ? 'must not be empty'
        : `must be ${bound(issue.inclusive, 'at least', 'more than')} ${issue.minimum}`;
    case 'too_big':
      return `must be ${bound(issue.inclusive, 'at most', 'less than')} ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
    case 'invalid_format':
      return issue.format === 'starts_with'
        ? `must begin with "${String((issue as { prefix?: unknown }).prefix)}"`
        : issue.message;
    default:
      return issue.message;
  }
}

function bound(inclusive: boolean | undefined, yes: string, no: string): string {
  return inclusive === false ? no : yes;
}

/** The words that would do, where the schema lists them. */
function choicesOf(issue: z.core.$ZodIssue): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code !== 'invalid_union') return undefined;
  const { options } = issue as { options?: unknown[] };
  return options?.map(String);
}

/** A value as a message shows it: short, and nothing of what a list or mapping holds. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : JSON.stringify(value);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

/** The part of a schema that a path leads to; of alternatives the one that the value's own `type` chooses. */
function schemaAt(
  outer: z.core.$ZodType | undefined,
  path: readonly PropertyKey[],
  value: unknown,
): z.core.$ZodType | undefined {
  const schema = outer && inner(outer);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const fits = schema.options.find((option) => option instanceof z.ZodObject && isChosen(option, value));
    return schemaAt(fits, path, value);
  }
  const [key, ...rest] = path;
  if (key === undefined) return schema;
  const below = valueAt(value, [key]);
  if (schema instanceof z.ZodObject)
    return schemaAt((schema.shape as Record<PropertyKey, z.ZodType>)[key], rest, below);
  if (schema instanceof z.ZodRecord) return schemaAt(schema.valueType, rest, below);
  if (schema instanceof z.ZodArray) return schemaAt(schema.element, rest, below);
  return undefined;
}

function isChosen(option: z.ZodObject, value: unknown): boolean {
  return ['type', 'kind'].some((key) => {
    const type: unknown = option.shape[key];
    return type instanceof z.ZodLiteral && type.values.has(valueAt(value, [key]) as string);
  });
}

function keysOf(schema: z.core.$ZodType | undefined): string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

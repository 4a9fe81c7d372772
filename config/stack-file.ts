import { parseDocument } from 'yaml';
import { ownKey } from '.';
import { refusePlainSecret, refusePlainSecrets } from './secrets';
import { UserError } from '../base/errors';

type Mapping = Readonly<Record<string, unknown>>;

/**
 * The stack's own values as Pulumi hands them to the program: text, lists and objects as JSON.
 * @param file the file's name, for messages
 * @throws UserError for a text that is no stack file
 */
export function configValues(yaml: string, file: string): Record<string, string> {
  const config = mapping(yamlOf(yaml, file)['config'], file, 'config:');
  return asText(
    Object.entries(config).flatMap(([key, value]) => {
      const name = ownKey(file, key);
      if (name !== undefined) {
        refusePlainSecret(file, name, value);
        refusePlainSecrets(file, name, value);
      }
      return name === undefined ? [] : [[name, withoutCiphers(value)] as const];
    }),
  );
}

/** The defaults that the schema in Pulumi.yaml gives. */
export function configDefaults(yaml: string, file = 'Pulumi.yaml'): Record<string, string> {
  const config = mapping(yamlOf(yaml, file)['config'], file, 'config:');
  return asText(
    Object.entries(config).flatMap(([key, schema]) => {
      const { default: value } = mapping(schema, file, `config: ${key}:`);
      return value === undefined ? [] : [[key.replace(/^sluice:/, ''), value] as const];
    }),
  );
}

function yamlOf(text: string, file: string): Mapping {
  let content: unknown;
  try {
    const document = parseDocument(text);
    // What the parser only warns of (a tag that it does not know, say) means something else to other parsers.
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) throw problem;
    content = document.toJS();
    refuseCircle(content);
  } catch (error) {
    throw noYaml(error, file);
  }
  return mapping(content, file, 'it');
}

/** YAML can put a value into itself; no config can be that. */
function refuseCircle(content: unknown): void {
  try {
    JSON.stringify(content);
  } catch {
    throw new Error('an alias stands inside the value that it names');
  }
}

/** The first line of the parser's message says what and where; the others draw a picture of it. */
function noYaml(error: unknown, file: string): UserError {
  const [what = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return new UserError(`${file} is no YAML: ${what.replace(/:$/, '')}`, `correct ${file}`);
}

function mapping(value: unknown, file: string, what: string): Mapping {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Mapping;
  throw new UserError(`${file}: ${what} must hold keys and values, like "sluice:prefix: shop"`, `correct ${file}`);
}

/** What stands for an encrypted value, whose plain text Pulumi alone can tell. */
export const encrypted = 'a secret';

/** Hardly a verb has use for an encrypted value's plain text. */
function withoutCiphers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCiphers);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'secure' && typeof only[1] === 'string') return encrypted;
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutCiphers(each)]));
}

function asText(entries: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      typeof value === 'string' ? value : ((JSON.stringify(value) as string | undefined) ?? ''),
    ]),
  );
}

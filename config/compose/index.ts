import { projectFiles } from './files';
import { composeFiles, readCompose } from './read';
import { sources } from '../schema/service';
import { configRoot, projectFile } from '../../base/paths';

/** The config of a stack as text has become values, not checked yet. */
type Raw = Readonly<Record<string, unknown>>;

/**
 * The services of a stack's compose file, with what its own `services` say of them put over them: a mapping (`env`, `volumes`) by
 * its keys, all else whole. Services that only the stack's file knows are added.
 * @param raw an environment's values, whose shapes are not checked yet
 * @param root the folder of the stack files
 * @returns `raw` itself without a compose file
 * @throws UserError with what of the compose file can't be had
 */
export function withComposeServices(stack: string, raw: Raw, root = configRoot()): Raw {
  const { compose } = raw;
  if (typeof compose !== 'string' || !projectFile.test(compose) || !isShape(raw)) return raw;
  const { services } = readCompose(requestOf(stack, raw, root, compose));
  const own = mappings(raw['services']);
  const names = [...new Set([...Object.keys(services), ...Object.keys(own)])];
  const merged = names.map((name) => [name, over(services[name] ?? {}, own[name] ?? {})]);
  return { ...raw, services: Object.fromEntries(merged) as Raw };
}

/** The schema says what is wrong with values of other shapes. */
function requestOf(stack: string, raw: Raw, root: string, file: string): Parameters<typeof readCompose>[0] {
  const secrets = Object.entries(raw['composeSecrets'] ?? {}) as [string, unknown][];
  return {
    stack,
    file,
    profiles: ((raw['composeProfiles'] ?? []) as unknown[]).map(String),
    secrets: Object.fromEntries(secrets.map(([name, value]) => [name, String(value)])),
    bind: typeof raw['bind'] === 'string' ? raw['bind'] : '',
    own: mappings(raw['services']),
    files: projectFiles(root),
  };
}

/**
 * The files that the compose file of a stack leads to; none without one.
 * @param raw as for {@link withComposeServices}
 */
export function filesOfCompose(stack: string, raw: Raw, root: string): ReturnType<typeof composeFiles> {
  const { compose } = raw;
  if (typeof compose !== 'string' || !projectFile.test(compose) || !isShape(raw)) return { read: [], secret: [] };
  return composeFiles(requestOf(stack, raw, root, compose));
}

/** Whether the values around have the shapes that the schema asks for; if not, it says so. */
function isShape(raw: Raw): boolean {
  const { services = {}, composeProfiles = [], composeSecrets = {} } = raw;
  return (
    isMapping(services) &&
    Object.values(services).every(isMapping) &&
    Array.isArray(composeProfiles) &&
    isMapping(composeSecrets)
  );
}

function isMapping(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mappings(value: unknown): Record<string, Raw> {
  return (value ?? {}) as Record<string, Raw>;
}

function over(base: object, own: Raw): Raw {
  const result: Record<string, unknown> = { ...base };
  // One source in the place of another.
  if (sources.some((key) => own[key] !== undefined)) for (const key of sources) Reflect.deleteProperty(result, key);
  for (const [key, value] of Object.entries(own)) {
    const before = result[key];
    result[key] = isMapping(before) && isMapping(value) ? { ...before, ...value } : value;
  }
  const { env, secretEnv } = { env: own['env'], secretEnv: result['secretEnv'] };
  if (isMapping(env) && isMapping(secretEnv)) {
    result['secretEnv'] = Object.fromEntries(Object.entries(secretEnv).filter(([name]) => !Object.hasOwn(env, name)));
  }
  return result;
}

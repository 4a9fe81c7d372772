import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { approvalRule } from './rules/approval';
import { checkSpec, refuseWithoutSecrets } from './rules/checks';
import { withComposeServices } from './compose';
import { composedEnvironment, environment, platform } from './schema';
import { formOf } from './schema/form';
import { explain, shown } from './explain';
import { checkCi } from './rules/ci';
import { refuseCleartext } from './rules/cleartext';
import { checkRegistry } from './rules/registry';
import { refuseEdgeNames } from './rules/edge-names';
import { checkStore } from './rules/store';
import { checkTarget } from './rules/target';
import { checkUntested } from './rules/untested';
import { kindIn } from '../targets/kinds';
import { fill, refuseUnset, variableOf, variablesIn, type Variable, type Variables } from './variables';
import { didYouMean, nearest } from '../base/spelling';
import { UserError } from '../base/errors';
import type { EnvironmentConfig, PlatformConfig } from './types';

export type { EnvironmentConfig, PlatformConfig } from './types';

const roles = ['platform', 'environment'];

/** Every key of either role, with what it takes. */
const shape: Readonly<Record<string, z.ZodType>> = { ...platform.shape, ...environment.shape };
const keys = Object.keys(shape);

/**
 * Reads this stack's config, the only place that does; a text `$NAME` is the environment variable's value.
 * @throws UserError that names the key, what is wrong with its value and what to write
 */
export function readConfig(): PlatformConfig | EnvironmentConfig {
  const stack = pulumi.getStack();
  const config = new pulumi.Config();
  const present = Object.keys(pulumi.runtime.allConfig()).flatMap((key) => ownKey(`Pulumi.${stack}.yaml`, key) ?? []);
  return parseConfig(stack, Object.fromEntries(present.map((key) => [key, config.get(key) ?? ''])));
}

/** What keys of this project begin with; those of plugins begin with the plugin's name. */
const namespace = 'sluice';

/**
 * The part of a stack file's key that follows `sluice:`; undefined for a key of a plugin.
 * @throws UserError for `sluise:gate`, which Pulumi would pass over
 */
export function ownKey(file: string, key: string): string | undefined {
  const colon = key.indexOf(':');
  const [space, name] = colon === -1 ? [namespace, key] : [key.slice(0, colon), key.slice(colon + 1)];
  if (space === namespace) return name;
  if (nearest(space, [namespace]) === undefined) return undefined;
  throw new UserError(
    `${file}: ${key} is no config key; did you mean "${namespace}:${name}"?`,
    `correct it in ${file}; Pulumi.yaml lists all keys`,
  );
}

/**
 * Checks a stack's values.
 * @param stack its name, for messages
 * @param values text by key, objects and lists as JSON, the way Pulumi hands them out
 * @throws UserError for a variable that is not set, too
 */
export function parseConfig(
  stack: string,
  values: Readonly<Record<string, string>>,
  variables: Variables = process.env,
): PlatformConfig | EnvironmentConfig {
  const { config, unset } = parseOpenConfig(stack, values, variables);
  refuseUnset(`Pulumi.${stack}.yaml`, unset);
  return config;
}

/**
 * As {@link parseConfig}, for who may need no more than the rest: something stands in for variables that are not set.
 * @param given what variables stand for
 * @returns the config, all variables that the values name, and those of them that are not set
 */
export function parseOpenConfig(
  stack: string,
  values: Readonly<Record<string, string>>,
  given: Variables = process.env,
): { config: PlatformConfig | EnvironmentConfig; unset: Variable[]; variables: Variable[] } {
  const file = `Pulumi.${stack}.yaml`;
  for (const key of Object.keys(values)) {
    if (!keys.includes(key)) {
      const guess = nearest(key, keys);
      throw new UserError(
        `${file}: sluice:${key} is no config key${guess === undefined ? '' : `, did you mean sluice:${guess}?`}`,
        `correct it in ${file}; Pulumi.yaml lists all keys`,
      );
    }
  }
  const raw: Record<string, unknown> = Object.fromEntries(
    Object.entries(values).map(([key, text]) => [key, fromText(key, text)]),
  );
  const role = valueOf(String(raw['role']), given);
  if (!roles.includes(role)) {
    refuseUnset(file, variablesIn({ role }));
    throw new UserError(
      `${file}: sluice:role must be one of ${roles.join(', ')}, but is ${shown(role)}${didYouMean(role, roles)}`,
      `correct it in ${file}`,
    );
  }
  const { declares } = kindIn(raw['target']);
  const schema = role === 'platform' ? platform : declares ? environment : composedEnvironment;
  const { values: filled, unset } = fill(file, raw, schema, given);
  // A compose project on another machine has its own file: checkTarget refuses one of ours beside it.
  const whole = (values: Record<string, unknown>) =>
    role === 'environment' && declares ? withComposeServices(stack, values) : values;
  const result = schema.safeParse(whole(filled));
  if (!result.success) {
    throw new UserError(
      `${file}: ${withSource(explain(result.error, schema, whole(raw)), raw)}`,
      `correct it in ${file}; Pulumi.yaml and the README describe the keys`,
    );
  }
  const { data } = result;
  const variables = variablesIn(raw);
  const config =
    data.role === 'platform'
      ? refuseCleartext(file, checkCi(file, checkRegistry(file, checkStore(file, data, raw)), raw), unset)
      : finish(file, data);
  return { config, unset, variables };
}

/** A message shows what stands in the file and no variable's value, which may be a secret in the wrong place. */
function withSource(message: string, raw: Readonly<Record<string, unknown>>): string {
  const isVariable = variablesIn(raw).some(({ name }) => message.endsWith(`"$${name}"`));
  return isVariable ? `${message}, that environment variable's value` : message;
}

/** A text as it stands, or the value of the variable that it names, where that is set. */
function valueOf(text: string, variables: Variables): string {
  return variables[variableOf(text) ?? ''] ?? text;
}

/** A value of a key from the text that Pulumi hands out; the text itself where it is none, for the schema to refuse. */
function fromText(key: string, text: string): unknown {
  const form = shape[key] === undefined ? 'text' : formOf(shape[key]);
  if (form === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (form === 'text') return text;
  // The default of a key that Pulumi's schema can give no better one.
  if (key === 'target' && text === '{}') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function finish(file: string, config: z.infer<typeof environment>): EnvironmentConfig {
  refuseEdgeNames(file, config.services);
  const ports = new Map<number, string>();
  for (const [service, { port: taken }] of Object.entries(config.services)) {
    if (taken === undefined) continue;
    const other = ports.get(taken);
    if (other !== undefined) {
      throw new UserError(
        `${file}: sluice:services: ${other} and ${service} both have port ${taken}`,
        `give one of them another port in ${file}`,
      );
    }
    ports.set(taken, service);
  }
  checkTarget(file, config);
  checkUntested(file, config);
  if (config.promotesFrom === '' && config.gate.length > 0) {
    throw new UserError(
      `${file}: sluice:gate needs sluice:promotesFrom, the environment whose releases it tests`,
      `add sluice:promotesFrom, or remove the gate, in ${file}`,
    );
  }
  for (const [key, checks] of [
    ['gate', config.gate],
    ['watch.checks', config.watch.checks],
  ] as const) {
    refuseWithoutSecrets(file, key, checks, config);
    const twice = checks.find(({ name }, index) => checks.findIndex((one) => one.name === name) !== index);
    if (twice === undefined) continue;
    throw new UserError(
      `${file}: sluice:${key} has two checks with the name "${twice.name}"`,
      `give one of them another name in ${file}`,
    );
  }
  const rule = approvalRule(file, config);
  return {
    ...config,
    gate: {
      checks: config.gate.map((one) => checkSpec(file, 'gate', one)),
      ...(rule === undefined ? {} : { approval: rule }),
    },
    watch: { ...config.watch, checks: config.watch.checks.map((one) => checkSpec(file, 'watch.checks', one)) },
  };
}

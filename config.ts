import * as fs from 'node:fs';
import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { type check, environment, platform, type service } from './config-schema';
import { explain, shown } from './config-explain';
import { checkRegistry } from './config-registry';
import { didYouMean, nearest } from './spelling';
import { UserError } from './errors';
import { projectRoot } from './paths';
import type { ApprovalRule, CheckSpec, Gate } from './releases/types';
import type { EnvironmentWatch } from './releases/watch';

/** Config of the platform stack. */
export type PlatformConfig = z.infer<typeof platform>;
/** Config of an environment's stack; checks as their programs want them, scenarios read in. */
export type EnvironmentConfig = Omit<
  z.infer<typeof environment>,
  'gate' | 'watch' | 'approval' | 'approvalExpiresHours' | 'approvers'
> & {
  gate: Gate;
  watch: EnvironmentWatch;
};
/** Config of one service. */
export type ServiceConfig = z.infer<typeof service>;

const roles = ['platform', 'environment'];

/** Every key of either role. */
const keys = [...new Set([...Object.keys(platform.shape), ...Object.keys(environment.shape)])];

/**
 * Reads this stack's config, the only place that does.
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
 */
export function parseConfig(
  stack: string,
  values: Readonly<Record<string, string>>,
): PlatformConfig | EnvironmentConfig {
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
  const role = String(raw['role']);
  if (!roles.includes(role)) {
    throw new UserError(
      `${file}: sluice:role must be one of ${roles.join(', ')}, but is ${shown(role)}${didYouMean(role, roles)}`,
      `correct it in ${file}`,
    );
  }
  const schema = role === 'platform' ? platform : environment;
  const result = schema.safeParse(raw);
  if (!result.success) {
    throw new UserError(
      `${file}: ${explain(result.error, schema, raw)}`,
      `correct it in ${file}; Pulumi.yaml and the README describe the keys`,
    );
  }
  return result.data.role === 'platform' ? checkRegistry(file, result.data) : finish(file, result.data);
}

const numeric = new Set([
  'registryPort',
  'gitHostPort',
  'dronePort',
  'droneCapacity',
  'drainSeconds',
  'retain',
  'approvalExpiresHours',
]);
const structured = new Set(['images', 'repositories', 'builds', 'services', 'gate', 'watch', 'approvers']);

function fromText(key: string, text: string): unknown {
  if (numeric.has(key)) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (!structured.has(key)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The edge's container is named by it, as a service's that is recreated would be. */
const reserved = 'edge';

function finish(file: string, config: z.infer<typeof environment>): EnvironmentConfig {
  if (Object.hasOwn(config.services, reserved)) {
    throw new UserError(
      `${file}: sluice:services.${reserved} has the name of the environment's own reverse proxy`,
      `give the service another name in ${file}`,
    );
  }
  const ports = new Map<number, string>();
  for (const [service, { port: taken }] of Object.entries(config.services)) {
    const other = ports.get(taken);
    if (other !== undefined) {
      throw new UserError(
        `${file}: sluice:services: ${other} and ${service} both have port ${taken}`,
        `give one of them another port in ${file}`,
      );
    }
    ports.set(taken, service);
  }
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
    const twice = checks.find(({ name }, index) => checks.findIndex((one) => one.name === name) !== index);
    if (twice === undefined) continue;
    throw new UserError(
      `${file}: sluice:${key} has two checks with the name "${twice.name}"`,
      `give one of them another name in ${file}`,
    );
  }
  const { approval: _, approvalExpiresHours: __, approvers: ___, ...rest } = config;
  const rule = approvalRule(file, config);
  return {
    ...rest,
    gate: {
      checks: config.gate.map((one) => checkSpec(file, 'gate', one)),
      ...(rule === undefined ? {} : { approval: rule }),
    },
    watch: { ...config.watch, checks: config.watch.checks.map((one) => checkSpec(file, 'watch.checks', one)) },
  };
}

/** The part of a gate that asks people; undefined when nobody is asked. */
function approvalRule(file: string, config: z.infer<typeof environment>): ApprovalRule | undefined {
  const { promotesFrom, approval, approvalExpiresHours, approvers } = config;
  if (approval === 'none' && approvers.length > 0) {
    throw new UserError(
      `${file}: sluice:approvers says who may approve, but sluice:approval is "none"`,
      `write "sluice:approval: required", or remove sluice:approvers, in ${file}`,
    );
  }
  if (approval === 'none') return undefined;
  if (promotesFrom === '') {
    throw new UserError(
      `${file}: sluice:approval needs sluice:promotesFrom, the environment whose releases are approved`,
      `add sluice:promotesFrom, or remove sluice:approval, in ${file}`,
    );
  }
  return { expiresHours: approvalExpiresHours, approvers };
}

/** Default seconds for a check, by type. */
const timeLimits = { browser: 120, http: 30, command: 60, prometheus: 30 } as const;

function checkSpec(file: string, key: string, config: z.infer<typeof check>): CheckSpec {
  const { name: checkName, type, timeLimitSeconds, ...settings } = config;
  const spec = { name: checkName, type, timeLimitSeconds: timeLimitSeconds ?? timeLimits[type] };
  if (!('scenario' in settings)) return { ...spec, settings };
  return { ...spec, settings: { ...settings, scenario: readScenario(file, key, checkName, settings.scenario) } };
}

function readScenario(file: string, key: string, checkName: string, scenario: string): string {
  const found = fs.statSync(path.join(projectRoot, scenario), { throwIfNoEntry: false });
  if (found?.isFile() === true) {
    const text = fs.readFileSync(path.join(projectRoot, scenario), 'utf8');
    if (text.trim() !== '') return text;
  }
  const problem = found === undefined ? 'does not exist' : found.isFile() ? 'is empty' : 'is no file';
  throw new UserError(
    `${file}: the scenario ${scenario} of check ${checkName} (sluice:${key}) ${problem}`,
    `write it, or correct sluice:${key} in ${file}`,
  );
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { type check, environment, platform, type service } from './config-schema';
import { nearest } from './spelling';
import { UserError } from './errors';
import { projectRoot } from './paths';
import type { CheckSpec, Gate } from './releases/types';

/** Config of the platform stack. */
export type PlatformConfig = z.infer<typeof platform>;
/** Config of an environment's stack; `gate` as the checks' settings want it, scenarios read in. */
export type EnvironmentConfig = Omit<z.infer<typeof environment>, 'gate'> & { gate: Gate };
/** Config of one service. */
export type ServiceConfig = z.infer<typeof service>;

/** Every key of either role. */
const keys = [...new Set([...Object.keys(platform.shape), ...Object.keys(environment.shape)])];

/**
 * Reads this stack's config, the only place that does.
 * @throws UserError that names the key, what is wrong with its value and what to write
 */
export function readConfig(): PlatformConfig | EnvironmentConfig {
  const stack = pulumi.getStack();
  const config = new pulumi.Config();
  const present = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${config.name}:`))
    .map((key) => key.slice(config.name.length + 1));
  return parseConfig(stack, Object.fromEntries(present.map((key) => [key, config.get(key) ?? ''])));
}

/** Keys whose values have to be encrypted. */
const secrets: readonly string[] = ['registryPassword'];

/** @throws UserError for a secret that stands in a stack's file for everybody to read */
export function refusePlainSecret(stack: string, key: string, value: unknown): void {
  if (!secrets.includes(key) || typeof value !== 'string' || value === '') return;
  throw new UserError(
    `Pulumi.${stack}.yaml: sluice:${key} is in plain text`,
    `npm run pulumi -- config set --secret sluice:${key} -s ${stack}`,
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
  const schema = raw['role'] === 'platform' ? platform : environment;
  const result = schema.safeParse(raw);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UserError(
      `${file}: ${explain(issue)}`,
      `correct it in ${file}; Pulumi.yaml and the README describe the keys`,
    );
  }
  return result.data.role === 'platform' ? checkRegistry(file, result.data) : finish(file, result.data);
}

const numeric = new Set(['registryPort', 'gitHostPort', 'dronePort', 'droneCapacity']);
const structured = new Set(['images', 'repositories', 'builds', 'services', 'gate']);

function fromText(key: string, text: string): unknown {
  if (numeric.has(key)) return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (!structured.has(key)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function explain(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'the config is wrong';
  const where = ['sluice', issue.path.map(String).join('.')].join(':');
  if (issue.code === 'unrecognized_keys') {
    return `${where} has an unknown key "${issue.keys.join('", "')}"`;
  }
  return `${where}: ${issue.message}`;
}

/** An external registry needs a host; what belongs to one kind is refused with the other. */
function checkRegistry(file: string, config: PlatformConfig): PlatformConfig {
  const { registry, registryHost, registryUsername, registryPassword, registryStepsUrl } = config;
  const own = { registryHost, registryUsername, registryPassword, registryStepsUrl };
  const [given] = Object.entries(own).find(([, value]) => value !== '') ?? [];
  if (registry === 'embedded' && given !== undefined) {
    throw new UserError(
      `${file}: sluice:${given} belongs to an external registry, but sluice:registry is "embedded"`,
      `write "sluice:registry: external", or remove sluice:${given}, in ${file}`,
    );
  }
  if (registry === 'external' && registryHost === '') {
    throw new UserError(
      `${file}: sluice:registry is "external", but sluice:registryHost does not say which`,
      `add "sluice:registryHost: registry.example.com" to ${file}`,
    );
  }
  if ((registryUsername === '') !== (registryPassword === '')) {
    const [there, missing] =
      registryPassword === '' ? ['registryUsername', 'registryPassword'] : ['registryPassword', 'registryUsername'];
    throw new UserError(
      `${file}: sluice:${there} needs sluice:${missing}`,
      `npm run pulumi -- config set ${missing === 'registryPassword' ? '--secret ' : ''}sluice:${missing} -s ${file.split('.')[1] ?? ''}`,
    );
  }
  return config;
}

function finish(file: string, config: z.infer<typeof environment>): EnvironmentConfig {
  const ports = new Map<number, string>();
  for (const [service, { port: taken }] of Object.entries(config.services)) {
    const other = ports.get(taken);
    if (other !== undefined) {
      throw new UserError(
        `${file}: ${other} and ${service} both have port ${taken}`,
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
  return { ...config, gate: { checks: config.gate.map((one) => checkSpec(file, one)) } };
}

/** Default seconds for a check, by type. */
const timeLimits = { browser: 120, http: 30, command: 60 } as const;

function checkSpec(file: string, config: z.infer<typeof check>): CheckSpec {
  const { name: checkName, type, timeLimitSeconds, ...settings } = config;
  const spec = { name: checkName, type, timeLimitSeconds: timeLimitSeconds ?? timeLimits[type] };
  if (!('scenario' in settings)) return { ...spec, settings };
  const scenario = path.join(projectRoot, settings.scenario);
  if (!fs.existsSync(scenario)) {
    throw new UserError(
      `${file}: the scenario ${settings.scenario} of check ${checkName} does not exist`,
      `write it, or correct sluice:gate in ${file}`,
    );
  }
  return { ...spec, settings: { ...settings, scenario: fs.readFileSync(scenario, 'utf8') } };
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { z } from 'zod';
import { nearest } from './releases/nearest';
import { UserError } from './errors';
import { projectRoot } from './paths';
import type { CheckSpec, Gate } from './releases/types';

/** A name that is part of Docker names, DNS names and URLs. */
const name = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be lower-case letters, digits and dashes, at most 31');
const port = z.int().min(1).max(65535);
const folder = z.string().regex(/^(?!\/)(?!.*\.\.)[\w./-]+$/, 'must be a folder below the project');
const seconds = z.number().positive().max(3600);

const repository = z.strictObject({
  /** Folder whose files seed the empty repository, relative to the project. */
  source: folder,
  /** Branch whose pushes are built and deployed. */
  branch: z.string().min(1).default('main'),
});

const build = z.strictObject({ source: folder });

const service = z
  .strictObject({
    /** Managed: the platform's repository whose pipeline builds its releases. */
    repository: name.optional(),
    /** Fixed: an image that the platform builds. */
    build: name.optional(),
    /** Fixed: any image, by digest. */
    image: z
      .string()
      .regex(/@sha256:[0-9a-f]{64}$/, 'must name the image by digest, like name@sha256:…')
      .optional(),
    /** Host port. */
    port,
    /** Port that the program listens on. */
    containerPort: port.default(8080),
    env: z.record(z.string(), z.coerce.string()).default({}),
    /** MiB. */
    memory: z.int().min(16).default(256),
    cpus: z
      .string()
      .regex(/^\d+(\.\d+)?$/, 'must be a number in quotes, like "0.5"')
      .optional(),
    health: z
      .strictObject({
        test: z.array(z.string()).min(1),
        intervalSeconds: seconds.default(2),
        timeoutSeconds: seconds.default(2),
        retries: z.int().min(1).default(5),
      })
      .optional(),
    healthySeconds: seconds.default(60),
    stopGraceSeconds: seconds.default(20),
    readOnly: z.boolean().default(true),
    /** Volume name by mount path. */
    volumes: z.record(z.string().startsWith('/'), name).default({}),
    strategy: z.enum(['start-first', 'recreate']).default('start-first'),
  })
  .refine((s) => [s.repository, s.build, s.image].filter((one) => one !== undefined).length === 1, {
    message: 'needs exactly one of repository, build and image',
  })
  .refine((s) => Object.keys(s.volumes).length === 0 || s.strategy === 'recreate', {
    message: 'holds a volume, which two releases must not share: say "strategy: recreate"',
  });

const checkBase = { name, timeLimitSeconds: seconds.optional() };
const check = z.discriminatedUnion('type', [
  z.strictObject({
    ...checkBase,
    type: z.literal('browser'),
    /** File of the scenario, relative to the project. */
    scenario: folder,
    service: name.optional(),
    viewports: z.array(z.strictObject({ name, width: z.int().min(200), height: z.int().min(200) })).optional(),
  }),
  z.strictObject({
    ...checkBase,
    type: z.literal('http'),
    service: name,
    path: z.string().startsWith('/'),
    method: z.string().optional(),
    status: z.int().min(100).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.strictObject({ contains: z.string().optional(), matches: z.string().optional() }).optional(),
    json: z.array(z.strictObject({ path: z.string(), equals: z.unknown() })).optional(),
    maxSeconds: seconds.optional(),
  }),
  z.strictObject({ ...checkBase, type: z.literal('command'), command: z.array(z.string()).min(1) }),
]);

const shared = { prefix: name.max(20), bind: z.union([z.ipv4(), z.ipv6()]) };

const platform = z.object({
  role: z.literal('platform'),
  ...shared,
  registryPort: port,
  gitHost: z.enum(['auto', 'gogs', 'gitea']),
  gitHostPort: port,
  dronePort: port,
  droneCapacity: z.int().min(1).max(64),
  engineSocket: z.string().startsWith('/'),
  images: z.strictObject({
    ...Object.fromEntries(
      ['registry', 'gogs', 'gitea', 'drone', 'runner', 'clone', 'edge', 'node', 'tools'].map((key) => [
        key,
        z.string().optional(),
      ]),
    ),
  }),
  repositories: z.record(name, repository),
  builds: z.record(name, build),
});

const environment = z.object({
  role: z.literal('environment'),
  platform: name,
  bind: z.union([z.literal(''), shared.bind]),
  promotesFrom: z.union([z.literal(''), name]),
  channel: z.string(),
  services: z.record(name, service),
  gate: z.array(check),
});

/** Config of the platform stack. */
export type PlatformConfig = z.infer<typeof platform>;
/** Config of an environment's stack; `gate` as the checks' settings want it, scenarios read in. */
export type EnvironmentConfig = Omit<z.infer<typeof environment>, 'gate'> & { gate: Gate };
/** Config of one service. */
export type ServiceConfig = z.infer<typeof service>;

/** What config values are when neither the stack's file nor Pulumi.yaml says. */
const keys = [...new Set([...Object.keys(platform.shape), ...Object.keys(environment.shape)])];

/** Keys that belong to one role only; the other refuses a value that is not the default. */
type Raw = Record<string, unknown>;

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
  const raw: Raw = Object.fromEntries(Object.entries(values).map(([key, text]) => [key, fromText(key, text)]));
  const schema = raw['role'] === 'platform' ? platform : environment;
  const result = schema.safeParse(raw);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UserError(
      `${file}: ${explain(issue)}`,
      `correct it in ${file}; Pulumi.yaml and the README describe the keys`,
    );
  }
  if (result.data.role === 'platform') return result.data;
  return finish(file, result.data);
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

import { z } from 'zod';
import { approverPattern } from '../../releases/people';
import { checkTypeNames, checkTypes, withRule } from '../../checks/types';
import type { CheckTypeName } from '../../releases/types';
import { folder, name } from '../../checks/types/words';
import { projectFileRule } from '../../base/paths';
import { repository } from './repository';
import { composedService, service } from './service';
import { port, seconds, values } from './words';
import { target } from '../../targets/kinds';
import { machine } from '../../targets/kinds/machine';
import { hostOf, imageHost } from '../../clients/registry/address';
import { ciNames } from '../../pipelines/kinds';
import { isPrivateWay } from '../../pipelines/kinds/place';

const build = z.strictObject({ source: folder });

const checkBase = { name, timeLimitSeconds: seconds.optional() };
const checks = checkTypeNames.map((type) => {
  const { settings, files = [] } = checkTypes[type];
  const inFiles = Object.fromEntries(files.map((setting) => [setting, folder]));
  return withRule(
    checkTypes[type],
    z.strictObject({ ...checkBase, type: z.literal(type), ...settings.shape, ...inFiles }),
  );
}) as unknown as [z.ZodObject<{ type: z.ZodLiteral<CheckTypeName> }>];

/** One check of a gate: what its program takes, long texts as files. */
export const check = z.discriminatedUnion('type', checks) as unknown as z.ZodType<CheckConfig>;

/** A check as config has it, before its files are read. */
export interface CheckConfig {
  name: string;
  type: CheckTypeName;
  timeLimitSeconds?: number | undefined;
  [setting: string]: unknown;
}

const share = z.number().min(0).max(1);

/** How an environment is watched after a cutover. */
export const watch = z.strictObject({
  /** How long; 0: not at all. */
  seconds: z.number().min(0).max(3600).default(0),
  /** Requests of a service below which its figures tell nothing. */
  minRequests: z.int().min(1).max(1000).default(20),
  tooLittle: z.enum(['probe', 'pass', 'refuse']).default('probe'),
  probePath: z
    .string()
    .regex(/^\/[\w./~-]*$/, 'must be a path like /health')
    .default('/'),
  maxErrorRate: share.default(0.05),
  maxErrorRateIncrease: share.default(0.02),
  maxLatencyMs: z.number().positive().optional(),
  maxLatencyFactor: z.number().min(1).default(3),
  checks: z.array(check).default([]),
});

/** How long evidence is kept: both have to hold. Of refusals more is kept, see releases/evidence-retention.ts. */
export const retainEvidence = z.strictObject({
  /** So many runs of checks, the newest. */
  runs: z.int().min(1).max(100_000).default(50),
  days: z.int().min(1).max(36_500).default(90),
});

/** Empty, or an address of the machine. */
const bind = z.union([z.literal(''), z.ipv4(), z.ipv6()], 'must be an IP address');

/** A platform stack's values. */
export const platform = z.object({
  role: z.literal('platform'),
  prefix: name.max(20),
  bind: bind.transform((address) => address || '127.0.0.1'),
  /** Whether logins may cross a network in plain HTTP. */
  cleartext: z.enum(['refused', 'accepted']).default('refused'),
  /** Where ledgers and evidence lie; empty: beside Pulumi's state. */
  store: z.string().default(''),
  /** How the machine of a store is known and entered that is reached by SSH. */
  storeHostKey: z.union([z.literal(''), machine.hostKey]).default(''),
  sshPassword: z.string().default(''),
  sshPrivateKey: z.string().default(''),
  registry: z.enum(['embedded', 'external']),
  registryPort: port,
  registryHost: z.union([
    z.literal(''),
    z.string().regex(/^[A-Za-z0-9.-]+(:\d+)?$/, 'must be what image names begin with, like registry.example.com:5000'),
  ]),
  registryNamespace: z
    .string()
    .regex(
      /^([a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*)?$/,
      'must be lower-case letters, digits, ".", "_", "-" and "/", like a project\'s name',
    ),
  registryUsername: z.string(),
  registryPassword: z.string(),
  registryCa: z.string(),
  registryStepsUrl: z.union([z.literal(''), z.string().regex(/^https?:\/\/[^\s$]+$/, 'must be an address')]),
  ci: z.enum(ciNames).default(ciNames[0]),
  ciUrl: z
    .union([
      z.literal(''),
      z.string().regex(/^https?:\/\/[^\s$]*[^\s$/]$/, 'must be an address without "/" at its end'),
    ])
    .refine((url) => url === '' || isPrivateWay(url), {
      message: 'must begin with https://: who approves is asked there',
    })
    .default(''),
  ciRunner: z
    .string()
    .regex(/^[\w.-]+( *, *[\w.-]+)*$/, 'must be labels of runners, separated by commas')
    .default('ubuntu-latest'),
  ciVariables: z
    .array(z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'must be the name of a variable, without "$"'))
    .default([]),
  gitHost: z.enum(['auto', 'gogs', 'gitea']),
  gitHostPort: port,
  dronePort: port,
  droneCapacity: z.int().min(1).max(64),
  engineSocket: z.string().startsWith('/'),
  imageMirror: z
    .string()
    .regex(
      // What has neither a dot nor a port is no host in an image's name, but somebody at Docker Hub.
      /^((localhost|(?=[^/]*[.:])[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*)?$/,
      'must be a host and, where the mirror has one, a path, like mirror.example.com/dockerhub',
    )
    .refine((text) => imageHost(hostOf(text)) !== 'docker.io', {
      message: 'must be another registry than Docker Hub, which it stands in front of',
    })
    .default(''),
  images: z.strictObject({
    ...Object.fromEntries(
      ['registry', 'gogs', 'gitea', 'drone', 'runner', 'edge', 'node', 'tools'].map((key) => [
        key,
        z.string().optional(),
      ]),
    ),
  }),
  repositories: z.record(name, repository),
  builds: z.record(name, build),
});

/** An environment stack's values. */
export const environment = z.object({
  role: z.literal('environment'),
  platform: name,
  bind,
  promotesFrom: z.union([z.literal(''), name]),
  deployOn: z.enum(['', 'push', 'manual']).default(''),
  channel: z.string().regex(/^(\w[\w.-]{0,127})?$/, 'must be a tag that a registry takes'),
  target,
  sshPassword: z.string().default(''),
  sshPrivateKey: z.string().default(''),
  compose: z.union([z.literal(''), folder], projectFileRule).default(''),
  composeProfiles: z.array(z.string()).default([]),
  composeSecrets: values.default({}),
  services: z.record(name, service),
  gate: z.array(check),
  approval: z.enum(['none', 'required']).default('none'),
  approvalExpiresHours: z.int().min(1).max(8760).default(72),
  /** Those whose approval counts, `ann` or `os:ann@laptop`; empty: everybody's who is able to give one. */
  approvers: z
    .array(
      z.string().regex(approverPattern, 'must be a login of the CI server, or like "os:ann@laptop" a machine\'s user'),
      'must be a list of names',
    )
    .default([]),
  fourEyes: z.boolean().default(false),
  /** Services whose images its gate does not test. */
  untested: z.array(name).default([]),
  watch: watch.prefault({}),
  drainSeconds: z.number().min(0).max(3600).default(30),
  retain: z.int().min(1).max(1000).default(5),
  retainEvidence: retainEvidence.prefault({}),
  datadogApiKey: z.string().default(''),
  datadogAppKey: z.string().default(''),
});

/** The same for one whose target is a compose project on another machine. */
export const composedEnvironment = environment.extend({ services: z.record(name, composedService) });

import { z } from 'zod';
import { name } from '../../checks/types/words';
import { capabilities } from '../compose/capabilities';
import { patience, port, seconds, values } from './words';

const absolute = z.string().startsWith('/');
const volume = z.string().regex(/^[a-zA-Z0-9][\w.-]{0,60}$/, 'must be letters, digits, "_", "-" and "."');

/** A file that a container is given before it starts. */
const file = z.strictObject({
  content: z.string(),
  /** Of a file that is no text. */
  encoding: z.literal('base64').optional(),
  mode: z
    .string()
    .regex(/^0[0-7]{3}$/, 'must be a mode like "0644"')
    .default('0644'),
  /** Number of its user; none: root. */
  owner: z.string().regex(/^\d+$/, 'must be the number of a user').optional(),
  /** Number of its group; none: root. */
  group: z.string().regex(/^\d+$/, 'must be the number of a group').optional(),
});

/** A file as config and compose files give it. */
export type GivenFile = z.infer<typeof file>;

/** Where its image comes from: one of these. */
const source = {
  /** Managed: the platform's repository whose pipeline builds its releases. */
  repository: name.optional(),
  /** Fixed: an image that the platform builds. */
  build: name.optional(),
  /** Fixed: any image, by digest. */
  image: z
    .string()
    .regex(/@sha256:[0-9a-f]{64}$/, 'must name the image by digest, like name@sha256:…')
    .optional(),
};

/** Where it is reached, and when it is started. None of it is part of a release's name: another value replaces no container. */
const place = {
  /** Host port; none for what others reach by its name alone, a database or a worker. */
  port: port.optional(),
  /** Inside the environment it answers on its container port as well, not on 80 alone. */
  innerPort: z.boolean().optional(),
  /** How long it may be silent before an answer and within one; none: an hour. Longer than that before an answer is a 504. */
  requestSeconds: patience.optional(),
  /** How long a client may be silent, and a connection that is no longer HTTP, like a WebSocket; none: an hour. */
  idleSeconds: patience.optional(),
  /** What comes before it, and has to be healthy by then, by service. */
  dependsOn: z.record(name, z.enum(['started', 'healthy'])).optional(),
};

/**
 * How its containers are run. All that is here makes the names of its releases, which are hashes: a value that changes, a default that
 * changes, and a key that gets a default replace containers. A key that is optional and not said does not.
 */
const settings = {
  /** Port that the program listens on. */
  containerPort: port.default(8080),
  /** Environment variables. */
  env: values.default({}),
  /** Environment variables that are secrets. */
  secretEnv: values.optional(),
  /** MiB. */
  memory: z.int().min(16).default(256),
  /** Processors, `'0.5'`; none: no limit. */
  cpus: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number in quotes, like "0.5"')
    .optional(),
  /** Health check as the engine runs it (`['CMD', 'wget', …]`); none: the image's own HEALTHCHECK. */
  health: z
    .strictObject({
      test: z.array(z.string()).min(1),
      intervalSeconds: seconds.default(2),
      timeoutSeconds: seconds.default(2),
      retries: z.int().min(1).default(5),
      /** In which failures do not count. */
      startPeriodSeconds: seconds.optional(),
    })
    .optional(),
  /** In which a new release has to become healthy. */
  healthySeconds: seconds.default(60),
  /** Between SIGTERM and SIGKILL when a release is stopped. */
  stopGraceSeconds: seconds.default(20),
  /** Read-only root file system with a temporary /tmp. */
  readOnly: z.boolean().default(true),
  /** Volume name by mount path. */
  volumes: z.record(absolute, volume).default({}),
  /** `recreate` stops the old release before the new one starts: for a service that holds a volume for itself. */
  strategy: z.enum(['start-first', 'recreate']).default('start-first'),

  // What most services have no need of. Without them it is as the image and the engine have it.
  /** Of the volumes, the mount paths of those that are only read. */
  readOnlyVolumes: z.array(absolute).optional(),
  command: z.array(z.string()).optional(),
  entrypoint: z.array(z.string()).optional(),
  user: z.string().optional(),
  workingDir: absolute.optional(),
  hostname: z.string().optional(),
  /** Further names in the network, of a service without a port. */
  aliases: z.array(z.string()).optional(),
  /** An init process that reaps what others leave. */
  init: z.boolean().optional(),
  stopSignal: z.string().optional(),
  /** Temporary file systems: options by mount path. */
  tmpfs: z.record(absolute, z.string()).optional(),
  /** Address by name. */
  extraHosts: z.record(z.string(), z.string()).optional(),
  /** MiB of /dev/shm. */
  shmSize: z.int().min(1).optional(),
  /** Without their prefix, `CHOWN`; none: none of them. */
  capabilities: z.array(z.enum(capabilities)).optional(),
  /** By path in the container. */
  files: z.record(absolute, file).optional(),
  /** The same, encrypted in the state. */
  secretFiles: z.record(absolute, file).optional(),
};

const fields = z.strictObject({ ...source, ...place, ...settings });

/** The keys of which a service says one. */
export const sources = z.object(source).keyof().options;

/** Of a service, where it is reached and when it is started: `servicePlace.parse(service)`. */
export const servicePlace = z.object(place);
export type ServicePlace = z.infer<typeof servicePlace>;

/** Of a service, how its containers are run, which is what its releases are named by: `serviceSettings.parse(service)`. */
export const serviceSettings = z.object(settings);
export type ServiceSettings = z.infer<typeof serviceSettings>;

/** What is said of a service so far, without the defaults of what is not said. */
export type ServiceDraft = Partial<z.infer<typeof fields>>;

/** One service of an environment. */
export const service = fields
  .refine((s) => sources.filter((key) => s[key] !== undefined).length === 1, {
    message: 'needs exactly one of repository, build and image',
  })
  .refine((s) => Object.keys(s.volumes).length === 0 || s.strategy === 'recreate', {
    message: 'holds a volume, which two releases must not share: say "strategy: recreate"',
  })
  .refine((s) => s.port !== undefined || s.strategy === 'recreate', {
    message:
      'has no port: give it one, or say "strategy: recreate" for what others reach by its name alone (a database, a worker)',
  })
  .refine((s) => s.port !== undefined || (s.requestSeconds ?? s.idleSeconds) === undefined, {
    message: 'has no port: requestSeconds and idleSeconds are for a service that an edge stands in front of',
  })
  .refine((s) => !s.readOnly || (s.files === undefined && s.secretFiles === undefined), {
    message: 'is given files, which the engine can\'t put under a root that is only read: say "readOnly: false"',
  });

/**
 * One service of an environment that is a compose project on another machine: how it runs is said there. Its port is the machine's, for the
 * address that people are told. Without a repository it is left alone, and checks may ask it.
 */
export const composedService = fields
  .pick({ repository: true, port: true, containerPort: true, healthySeconds: true })
  .transform((own) => ({ ...service.parse({ image: unknownImage, strategy: 'recreate' }), image: undefined, ...own }));
const unknownImage = `any@sha256:${'0'.repeat(64)}`;

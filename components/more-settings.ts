import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import type { Capability } from '../config/compose/capabilities';

/** A file that a container is given before it starts. */
export interface GivenFile {
  content: string;
  /** Of a file that is no text. */
  encoding?: 'base64';
  /** `0644` */
  mode: string;
  /** Numbers of its user and group. @default root */
  owner?: string;
  group?: string;
}

/**
 * What most services say nothing of: what compose files say besides. A key that is absent is no part of the release's name, so
 * that a further one here renames nothing.
 */
export interface MoreSettings {
  /** Environment variables that are secrets. */
  secretEnv?: Record<string, string>;
  /** Of the volumes, the mount paths of those that are only read. */
  readOnlyVolumes?: string[];
  /** @default the image's own, as all of these */
  command?: string[];
  entrypoint?: string[];
  user?: string;
  workingDir?: string;
  hostname?: string;
  stopSignal?: string;
  /** Further names in the network, of a service that is reached directly. */
  aliases?: string[];
  /** An init process that reaps what others leave. */
  init?: boolean;
  /** Temporary file systems: options by mount path. */
  tmpfs?: Record<string, string>;
  /** Address by name. */
  extraHosts?: Record<string, string>;
  /** MiB of /dev/shm. @default 64 */
  shmSize?: number;
  /** Without their prefix, `CHOWN`. @default none */
  capabilities?: Capability[];
  /** By path in the container. */
  files?: Record<string, GivenFile>;
  /** The same, encrypted in the state. */
  secretFiles?: Record<string, GivenFile>;
}

/** The keys of {@link MoreSettings}. */
export const moreKeys = [
  'secretEnv',
  'readOnlyVolumes',
  'command',
  'entrypoint',
  'user',
  'workingDir',
  'hostname',
  'stopSignal',
  'aliases',
  'init',
  'tmpfs',
  'extraHosts',
  'shmSize',
  'capabilities',
  'files',
  'secretFiles',
] as const satisfies readonly (keyof MoreSettings)[];

/** Those of a service's settings that are given; the others don't appear. */
export function givenSettings<T extends { [key in keyof MoreSettings]?: MoreSettings[key] | undefined }>(
  settings: T,
): MoreSettings {
  return Object.fromEntries(moreKeys.flatMap((key) => (settings[key] === undefined ? [] : [[key, settings[key]]])));
}

/** Variables of a container, encrypted when one of them is a secret. */
export function variables(
  env: Readonly<Record<string, string>>,
  secretEnv: MoreSettings['secretEnv'],
): pulumi.Input<pulumi.Input<string>[]> {
  const lines = Object.entries({ ...env, ...secretEnv }).map(([key, value]) => `${key}=${value}`);
  return secretEnv === undefined ? lines : pulumi.secret(lines);
}

/** The arguments of a container that these settings are, besides those that several parts have a say in. */
export function moreArguments(
  settings: MoreSettings,
): Pick<
  docker.ContainerArgs,
  | 'command'
  | 'entrypoints'
  | 'user'
  | 'workingDir'
  | 'hostname'
  | 'stopSignal'
  | 'init'
  | 'hosts'
  | 'shmSize'
  | 'uploads'
> {
  const { command, entrypoint, user, workingDir, hostname, stopSignal, init, extraHosts, shmSize } = settings;
  const { files, secretFiles } = settings;
  return {
    ...(command === undefined ? {} : { command }),
    ...(entrypoint === undefined ? {} : { entrypoints: entrypoint }),
    ...(user === undefined ? {} : { user }),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(stopSignal === undefined ? {} : { stopSignal }),
    ...(init === undefined ? {} : { init }),
    ...(extraHosts === undefined ? {} : { hosts: Object.entries(extraHosts).map(([host, ip]) => ({ host, ip })) }),
    ...(shmSize === undefined ? {} : { shmSize }),
    ...(files === undefined && secretFiles === undefined ? {} : { uploads: uploads(files, secretFiles) }),
  };
}

function uploads(
  files: MoreSettings['files'],
  secretFiles: MoreSettings['secretFiles'],
): docker.ContainerArgs['uploads'] {
  const all = Object.entries({ ...files, ...secretFiles }).map(([file, { content, encoding, mode, owner, group }]) => ({
    file,
    ...(encoding === undefined ? { content } : { contentBase64: content }),
    permissions: mode,
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
  }));
  return secretFiles === undefined ? all : pulumi.secret(all);
}

import type { Capability } from './capabilities';
import type { Node, Place } from './node';
import type { Problems } from './values';
import type { Variables } from './interpolate';

/** A file that a container is given before it starts. */
export interface DraftFile {
  content: string;
  /** Of a file that is no text. */
  encoding?: 'base64';
  /** `0644` */
  mode: string;
  /** Numbers of its user and group. @default root */
  owner?: string;
  group?: string;
}

/** What of a compose file's service becomes a service of an environment, as the stack's file would write it. */
export interface Draft {
  image?: string;
  build?: string;
  port?: number;
  containerPort?: number;
  innerPort?: boolean;
  env?: Record<string, string>;
  secretEnv?: Record<string, string>;
  memory?: number;
  cpus?: string;
  health?: {
    test: string[];
    intervalSeconds: number;
    timeoutSeconds: number;
    retries: number;
    startPeriodSeconds?: number;
  };
  healthySeconds?: number;
  stopGraceSeconds?: number;
  stopSignal?: string;
  readOnly?: boolean;
  volumes?: Record<string, string>;
  readOnlyVolumes?: string[];
  strategy?: 'start-first' | 'recreate';
  command?: string[];
  entrypoint?: string[];
  user?: string;
  workingDir?: string;
  hostname?: string;
  aliases?: string[];
  init?: boolean;
  tmpfs?: Record<string, string>;
  extraHosts?: Record<string, string>;
  shmSize?: number;
  capabilities?: Capability[];
  files?: Record<string, DraftFile>;
  secretFiles?: Record<string, DraftFile>;
  dependsOn?: Record<string, 'started' | 'healthy'>;
}

/** Adds to a draft: mappings and lists are joined, else the later value counts. */
export function withPart(draft: Draft, part: Draft | undefined): Draft {
  const result: Record<string, unknown> = { ...draft };
  for (const [key, value] of Object.entries(part ?? {}) as [string, unknown][]) {
    const before = result[key];
    if (Array.isArray(before) && Array.isArray(value) && key === 'aliases')
      result[key] = [...new Set([...(before as unknown[]), ...(value as unknown[])])];
    else if (isRecord(before) && isRecord(value)) result[key] = { ...before, ...value };
    else result[key] = value;
  }
  return result;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Files and folders beside the compose file. */
export interface Files {
  /** What a path of the project is; undefined when there is nothing. */
  kind(file: string): 'file' | 'folder' | undefined;
  read(file: string): Buffer;
  /** Whether its owner may execute it. */
  executable(file: string): boolean;
  /** Whether it is below the folder, links followed; it need not be there. */
  inside(file: string): boolean;
  /** Names of all files below a folder, relative to it, sorted. */
  below(folder: string): string[];
}

/** What is around a service while it is read. */
export interface Context {
  /** The service's name. */
  service: string;
  /** The whole file, for what stands beside the services. */
  document: Node;
  problems: Problems;
  variables: Variables;
  files: Files;
  /** Notes a file that the release is made of, so that pipelines have it. */
  uses(file: string): void;
  /** The stack that this is for, for commands in messages. */
  stack: string;
  /** Its `bind`; empty for the platform's. */
  bind: string;
  /** What the stack's file says of a service of this name. */
  own: Readonly<Record<string, unknown>>;
  /** Names of the services that are not left out. */
  active: readonly string[];
  /** Where the service stands. */
  at: Place;
}

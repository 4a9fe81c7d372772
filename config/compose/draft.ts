import type { ServiceDraft } from '../schema/service';
import type { Node, Position } from './node';
import type { Problems } from './values';
import type { ComposeVariables } from './interpolate';

/** What of a compose file's service becomes a service of an environment, as the stack's file would write it. */
export type Draft = ServiceDraft;

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
  variables: ComposeVariables;
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
  at: Position;
}

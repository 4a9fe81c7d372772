import * as fs from 'node:fs';
import * as path from 'node:path';
import { stateFile } from '../../../operations/pulumi/environment';
import type { World } from '../world';

/** What an update is at work on: `creating docker:Container discounts-3f2a91c0d4e5`. */
export interface Operation {
  /** `creating`, `updating`, `deleting`, `reading`. */
  type: string;
  /** `docker:Container`, `command:Command`. */
  kind: string;
  /** Name of the resource. */
  name: string;
}

interface Checkpoint {
  checkpoint: {
    latest?: {
      resources?: { id?: string }[];
      pending_operations?: { type: string; resource: { urn: string } }[];
    };
  };
}

/** Where the state of a stack of the tests' Sluice is. */
export function stateOf(world: World, stack: string): string {
  return stateFile(path.join(world.env['SLUICE_HOME'] ?? '', 'pulumi'), stack);
}

function read(world: World, stack: string): NonNullable<Checkpoint['checkpoint']['latest']> {
  const file = stateOf(world, stack);
  if (!fs.existsSync(file)) return {};
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as Checkpoint).checkpoint.latest ?? {};
}

/** What an update of a stack is at work on, or was when it was killed. */
export function operations(world: World, stack: string): Operation[] {
  return (read(world, stack).pending_operations ?? []).map(({ type, resource }) => {
    const [, , types = '', name = ''] = resource.urn.split('::');
    const [provider = '', , last = ''] = (types.split('$').pop() ?? '').split(':');
    return { type, kind: `${provider}:${last}`, name };
  });
}

/** Ids of all resources that a stack's state knows. */
export function idsIn(world: World, stack: string): Set<string> {
  return new Set((read(world, stack).resources ?? []).flatMap(({ id }) => (id === undefined ? [] : [id])));
}

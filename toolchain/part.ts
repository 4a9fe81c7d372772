import { hashOf } from './hash';
import type { Layout } from './layout';
import type { RunOptions, RunResult } from '../base/process';
import type { Store } from './store';

/** What a part gets while it is made. */
export interface PartContext {
  layout: Layout;
  store: Store;
  /** Path of a finished folder part. */
  folder(part: Part): string;
  /** Runs a program; its output goes to the part's log. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Says what is being done now; shown when the part takes long. */
  note(text: string): void;
}

/**
 * One thing that a machine can have or lack: a folder in the store, an image in the engine, an installed plugin.
 * Its key says what it is made of, so another recipe is another part.
 */
export interface Part {
  /** Short name, also of its log file. */
  name: string;
  kind: 'folder' | 'image' | 'other';
  /** Name in the store (`<name>-<key>`), image reference, or a name of its own. */
  id: string;
  /** What a person reads while it is made. */
  title: string;
  /** About how long it takes on two cores, in seconds. */
  seconds: number;
  /** What must be there to make it (not to have it). */
  needs: Part[];
  /** Makes it. Is called once everything it needs is there, under the toolchain's lock. */
  make(context: PartContext): Promise<void>;
}

/** A part that is a folder in the store. */
export function folderPart(
  o: Omit<Part, 'kind' | 'id' | 'make'> & {
    /** What decides its content besides the parts it needs. */
    recipe: unknown;
    /** Fills the folder. */
    fill(folder: string, context: PartContext): Promise<void>;
  },
): Part {
  const { recipe, ...rest } = o;
  const id = `${o.name}-${keyOf(recipe, o.needs)}`;
  return {
    ...rest,
    kind: 'folder',
    id,
    async make(context) {
      await context.store.add(id, (folder) => o.fill(folder, context));
    },
  };
}

/** The key of a recipe that builds on other parts: when one of them changes, so does it. */
export function keyOf(recipe: unknown, needs: readonly Part[]): string {
  return hashOf({ recipe, needs: needs.map((part) => part.id) });
}

/**
 * What has to be made to have the wanted parts, in an order in which each comes after what it needs. Parts that are there
 * are not looked behind: a finished image needs no compiler.
 */
export function planOf(wanted: readonly Part[], isThere: (part: Part) => boolean): Part[] {
  const plan: Part[] = [];
  const seen = new Set<string>();
  const visit = (part: Part): void => {
    if (seen.has(part.id)) return;
    seen.add(part.id);
    if (isThere(part)) return;
    part.needs.forEach(visit);
    plan.push(part);
  };
  wanted.forEach(visit);
  return plan;
}

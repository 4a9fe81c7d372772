import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ran } from '../sluice';
import type { World } from '../world';
import { operations, stateOf, type Operation } from './state';

/** A place in an update, as its state tells. */
export interface Boundary {
  /** How often the update has written its stack's state so far. */
  writes: number;
  /** What it is at work on now; nothing between two resources. */
  pending: Operation[];
}

/** An update of which something was done midway. */
export interface Met {
  /** Where it was then: `when creating docker:Container discounts-*`; undefined when it got through before. */
  at?: string;
  /** What it left. */
  ran: Ran;
}

/**
 * Updates a stack with its verb, and does something to it at a boundary of a resource: when it begins, or has ended, an
 * operation, which the state is written for.
 * @param isTime asked after each write
 * @param act is given the verb that runs
 */
export async function updateMeeting(
  world: World,
  stack: string,
  isTime: (boundary: Boundary) => boolean,
  act: (run: ReturnType<World['start']>) => Promise<void>,
): Promise<Met> {
  const file = stateOf(world, stack);
  let [writes, written] = [0, version(file)];
  let before: Operation[] = [];
  const run = world.start('up', stack);
  const boundary = new Promise<string>((resolve) => {
    const watcher = fs.watch(path.dirname(file), (_, name) => {
      if (name !== path.basename(file) || version(file) === written) return;
      written = version(file);
      writes += 1;
      const pending = operations(world, stack);
      const at = describe(pending, before);
      before = pending;
      if (!isTime({ writes, pending })) return;
      watcher.close();
      resolve(at);
    });
    void run.ended.finally(() => watcher.close());
  });
  const at = await Promise.race([boundary, run.ended.then(() => undefined)]);
  if (at !== undefined) await act(run);
  return { at, ran: await run.ended };
}

/**
 * Kills an update (-9, with its process group) at a boundary.
 * @param later milliseconds between that write and the kill @default 0
 */
export function killUpdate(
  world: World,
  stack: string,
  isTime: (boundary: Boundary) => boolean,
  later = 0,
): Promise<Met> {
  return updateMeeting(world, stack, isTime, async (run) => {
    if (later > 0) await sleep(later);
    await world.kill(run);
  });
}

/** Two different texts for two writes. */
function version(file: string): string {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return `${stat?.ino} ${stat?.mtimeMs} ${stat?.size}`;
}

/** What was begun with this write, or else what was ended; hashes in names are left out. */
function describe(pending: readonly Operation[], before: readonly Operation[]): string {
  const texts = (list: readonly Operation[]): string[] =>
    list.map(({ type, kind, name }) => `${type} ${kind} ${name.replace(/-[0-9a-f]{12}$/, '-*')}`);
  const [now, then] = [texts(pending), texts(before)];
  const begun = now.filter((text) => !then.includes(text));
  if (begun.length > 0) return `when ${begun.join(', ')}`;
  const ended = then.filter((text) => !now.includes(text));
  return ended.length > 0 ? `after ${ended.join(', ')}` : 'between two resources';
}

import * as fs from 'node:fs';
import * as os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreTrouble } from '../../store/trouble';
import { LeaseLost } from '../../store/lease/lost';
import type { StackLease } from '../lease';
import type { Lock } from './lock';
import type { LockPlace } from './place';

/** Pulumi has its lock a moment after its start, and ends soon after a look at it in vain. */
const lookEveryMilliseconds = 100;

/**
 * Notes in a lease the lock that Pulumi's program has got, and that program, as soon as there is one. Whoever takes the lease over can tell
 * then which lock is nobody's any more.
 * @returns ends that, once Pulumi's program has ended: what is gone is noted no longer
 */
export async function noteLock(place: LockPlace, lease: StackLease): Promise<() => Promise<void>> {
  const before = new Set((await place.list()).map(({ id }) => id));
  const ending = new AbortController();
  const noting = untilNoted(place, lease, before, ending.signal);
  return async () => {
    ending.abort();
    const id = await noting;
    if (id === undefined) return;
    // One that is still there was left by a program that was killed. It stays noted: the next look takes it away.
    await unlessLost(async () => {
      if ((await place.list()).every((lock) => lock.id !== id)) await lease.notePulumiLock(undefined);
    });
  };
}

/** @returns its id; undefined when there was none */
async function untilNoted(
  place: LockPlace,
  lease: StackLease,
  before: ReadonlySet<string>,
  end: AbortSignal,
): Promise<string | undefined> {
  while (!end.aborted && !lease.lost.aborted) {
    const noted = await unlessLost(async () => {
      const lock = (await place.list()).find((each) => !before.has(each.id) && isOwn(each));
      if (lock === undefined) return undefined;
      await lease.notePulumiLock(lock.id);
      await lease.noteStarted(lock.pid);
      return lock.id;
    });
    if (noted !== undefined) return noted;
    await sleep(lookEveryMilliseconds, undefined, { signal: end }).catch(() => undefined);
  }
  return undefined;
}

/** Nothing of this ends an operation: what can't be noted now is tried again, and a loss is told by the lease itself. */
async function unlessLost<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreTrouble || error instanceof LeaseLost) return undefined;
    throw error;
  }
}

/** Whether a lock is of a process that this one has started. Where a system does not tell that, a new lock of this host is. */
function isOwn({ host, pid }: Lock): boolean {
  if (host !== os.hostname()) return false;
  for (let each: number | undefined = pid; each !== undefined; each = parentOf(each)) {
    if (each === process.pid) return true;
    if (each <= 1) return false;
  }
  return !fs.existsSync('/proc/self/stat');
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

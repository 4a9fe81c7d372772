import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from '../../toolchain/progress';
import type { Note } from '../note';
import { gatherFacts } from './facts';
import { describeLock, endLock, isDead, type Lock } from './lock';
import type { LockPlace } from './place';

const lookEveryMilliseconds = 1000;
const speakEverySeconds = 15;

/** A stack whose lease this run has, and Pulumi's locks of it. */
export interface LockedStack {
  stack: string;
  place: LockPlace;
  /** The id that stands in the lease: of a run that is over, since this one has the lease now. */
  noted: string | undefined;
  note: Note;
}

/**
 * Returns when nobody holds a stack below its lease: plain Pulumi does, and versions that know no leases. A lock is taken away only when its id
 * stands in the lease, or its holder is provably dead; any other is waited for, and said.
 * @param own the id of one that this process has made
 */
export async function untilUnlocked({ stack, place, noted, note }: LockedStack, own?: string): Promise<void> {
  const began = performance.now();
  let spoke: number | undefined;
  for (;;) {
    const locks = (await place.list()).filter(({ id }) => id !== own);
    if (locks.length === 0) return;
    const isOver = await whoIsGone(locks, noted);
    const living = locks.filter((lock) => !isOver(lock));
    for (const lock of locks.filter((each) => !living.includes(each))) {
      note(`${describeLock(stack, lock)}, but that is no longer there: taking over`);
      await place.remove(lock);
    }
    const [first] = living;
    if (first === undefined) continue;
    if (spoke === undefined || performance.now() - spoke >= speakEverySeconds * 1000) {
      spoke = performance.now();
      note(waitingLine(stack, first, (spoke - began) / 1000));
    }
    await sleep(lookEveryMilliseconds);
  }
}

async function whoIsGone(locks: readonly Lock[], noted: string | undefined): Promise<(lock: Lock) => boolean> {
  if (locks.every(({ id }) => id === noted)) return () => true;
  const facts = await gatherFacts();
  return (lock) => lock.id === noted || isDead(lock, facts);
}

/** What people hear while a lock is waited for. @param seconds so far */
export function waitingLine(stack: string, lock: Lock, seconds: number): string {
  const end = endLock(stack, lock);
  return `${describeLock(stack, lock)}; waiting, ${duration(seconds)} so far${end === undefined ? '' : `; ${end}`}`;
}

/**
 * Does `work` while nobody can hold the stack below its lease. Where Pulumi's state is a folder, this process holds it in the way of Pulumi's
 * own lock, so that plain Pulumi keeps out as well.
 */
export async function unlocked<T>(stack: LockedStack, work: () => Promise<T>): Promise<T> {
  const { folder } = stack.place;
  if (folder === undefined) {
    await untilUnlocked(stack);
    return work();
  }
  fs.mkdirSync(folder, { recursive: true });
  const id = randomUUID();
  const file = path.join(folder, `${id}.json`);
  const mine = JSON.stringify({
    pid: process.pid,
    username: process.env['USER'] ?? '',
    hostname: os.hostname(),
    timestamp: new Date().toISOString(),
  });
  for (;;) {
    await untilUnlocked(stack);
    fs.writeFileSync(file, mine);
    // Whoever came at the same moment sees ours as we see theirs: both step back, at different times.
    if ((await stack.place.list()).every((lock) => lock.id === id)) break;
    fs.rmSync(file, { force: true });
    await sleep(200 + Math.random() * 800);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from '../../toolchain/progress';
import { gatherFacts } from './facts';
import { describeLock, endLock, isDead, parseLock, type Lock } from './lock';

const lookEveryMilliseconds = 1000;
const speakEverySeconds = 15;

/** Where Pulumi's file backend keeps a stack's locks. */
export function lockFolder(state: string, stack: string): string {
  return path.join(state, '.pulumi', 'locks', 'organization', 'sluice', stack);
}

/** The locks of a stack whose state is a folder. */
export function readLocks(folder: string): Lock[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).flatMap((name) => {
    if (!name.endsWith('.json')) return [];
    const file = path.join(folder, name);
    try {
      return parseLock(fs.readFileSync(file, 'utf8'), file) ?? [];
    } catch {
      return [];
    }
  });
}

/**
 * Returns when nobody holds the stack. Dead locks are handed to `takeOver`; living ones are waited for, and said.
 * @param look the locks that there are now
 */
export async function untilFree(
  stack: string,
  look: () => Lock[] | Promise<Lock[]>,
  takeOver: (lock: Lock) => void | Promise<void>,
  note: (line: string) => void,
): Promise<void> {
  const began = Date.now();
  let spoke: number | undefined;
  for (;;) {
    const locks = await look();
    if (locks.length === 0) return;
    const facts = await gatherFacts();
    const living = locks.filter((lock) => !isDead(lock, facts));
    for (const lock of locks.filter((each) => !living.includes(each))) {
      note(`${describeLock(stack, lock)}, but that is no longer there: taking over`);
      await takeOver(lock);
    }
    const [first] = living;
    if (first === undefined) continue;
    if (spoke === undefined || Date.now() - spoke >= speakEverySeconds * 1000) {
      spoke = Date.now();
      const end = endLock(stack, first);
      note(
        `${describeLock(stack, first)}; waiting, ${duration((spoke - began) / 1000)} so far${end === undefined ? '' : `; ${end}`}`,
      );
    }
    await sleep(lookEveryMilliseconds);
  }
}

/**
 * Does `work` while this process holds the stack in a way that every Pulumi sees: its file backend's own lock file.
 * Waits for others first.
 */
export async function holding<T>(
  stack: string,
  folder: string,
  note: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${randomUUID()}.json`);
  const others = () => readLocks(folder).filter((lock) => lock.file !== file);
  const mine = JSON.stringify({
    pid: process.pid,
    username: process.env['USER'] ?? '',
    hostname: os.hostname(),
    timestamp: new Date().toISOString(),
  });
  for (;;) {
    await untilFree(stack, others, removeLock, note);
    fs.writeFileSync(file, mine);
    // Whoever came at the same moment sees ours as we see theirs: both step back, at different times.
    if (others().length === 0) break;
    fs.rmSync(file, { force: true });
    await sleep(200 + Math.random() * 800);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** Takes a dead lock away: this very one, not one that came meanwhile. */
export function removeLock(lock: Lock): void {
  if (lock.file === undefined) return;
  fs.rmSync(lock.file, { force: true });
  fs.rmSync(`${lock.file}.attrs`, { force: true });
}

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { run } from '../base/process';

/** Who holds a lock. The start time tells a process from a later one that got the same number. */
export interface Holder {
  pid: number;
  startedAt: string;
  host: string;
}

/** Between two looks at a lock that somebody holds, in milliseconds. */
const patience = 500;
/** A holder touches its lock this often, in milliseconds. */
const heartbeat = 10_000;
/** A lock from another machine (a shared folder) that was not touched for so long, in milliseconds, is dead. */
const foreignLimit = 120_000;

/**
 * Runs `work` while holding the lock file. A lock whose process is gone is taken over.
 * @param onWait called once when somebody alive holds it
 */
export async function withLock<T>(file: string, onWait: (holder: Holder) => void, work: () => Promise<T>): Promise<T> {
  const me: Holder = { pid: process.pid, startedAt: await startTime(process.pid), host: os.hostname() };
  const touches = new Touches(file);
  let told = false;
  while (!take(file, me)) {
    const holder = read(file);
    if (holder === undefined || !(await isAlive(holder, touches.since()))) {
      release(file, holder);
      continue;
    }
    if (!told) onWait(holder);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, patience));
  }
  const beat = setInterval(() => touch(file), heartbeat);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    release(file, me);
  }
}

/** The lock appears whole: written under another name, then linked, which fails when the name is taken. */
function take(file: string, me: Holder): boolean {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${me.pid}`;
  fs.writeFileSync(draft, JSON.stringify(me));
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Removes the lock only if it is still the one that was seen: two waiters must not remove each other's new lock. */
function release(file: string, seen: Holder | undefined): void {
  const grave = `${file}.${process.pid}.old`;
  try {
    fs.renameSync(file, grave);
  } catch {
    return;
  }
  const moved = read(grave);
  if (JSON.stringify(moved) === JSON.stringify(seen)) {
    fs.rmSync(grave, { force: true });
    return;
  }
  try {
    fs.linkSync(grave, file);
  } catch {
    // Somebody else took it in between; then there is a lock, and that is what counts.
  }
  fs.rmSync(grave, { force: true });
}

function touch(file: string): void {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // Taken away by hand: the work goes on, and its end will find nothing to release.
  }
}

/** 0 where a file server does not tell. */
function whenTouched(file: string): number {
  try {
    return fs.statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

/** How long a file has not been touched, on the clock of whoever looks: dates of another machine, or of a file server, may be any. */
export class Touches {
  private seen: { touched: number; at: number } | undefined;

  constructor(
    private readonly file: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Milliseconds since a look found it touched anew; 0 at the first look: who takes over a dead one has watched it for all of its limit. */
  since(): number {
    const touched = whenTouched(this.file);
    if (this.seen?.touched !== touched) this.seen = { touched, at: this.now() };
    return this.now() - this.seen.at;
  }
}

/**
 * Whether the process that took a lock still runs.
 * @param untouched milliseconds for which the lock was seen untouched; decides when the holder is on another machine
 */
export async function isAlive(holder: Holder, untouched: number): Promise<boolean> {
  if (holder.host !== os.hostname()) return untouched < foreignLimit;
  const started = await startTime(holder.pid);
  return started !== '' && started === holder.startedAt;
}

/** When a process began, in whatever form the system tells it; empty when there is no such process. */
export async function startTime(pid: number): Promise<string> {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the start time is the 20th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    if (fs.existsSync('/proc/self/stat')) return '';
    return (await run('ps', ['-o', 'lstart=', '-p', String(pid)], { allowFailure: true })).stdout.trim();
  }
}

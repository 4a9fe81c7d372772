import * as fs from 'node:fs';
import * as os from 'node:os';
import type { ProcessState } from './dead';
import type { Machine } from './record';

/**
 * What tells a process of this machine from all others. Only Linux says enough to judge a process by; elsewhere nobody is taken for dead,
 * and a lease runs out by silence.
 * @param pid its number. @default this process
 */
export function thisMachine(pid = process.pid): Machine {
  const plain = { host: os.hostname(), pid };
  try {
    // A /proc of another namespace would tell of other processes.
    if (fs.readlinkSync('/proc/self') !== String(process.pid)) return plain;
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespaces = ['pid', 'time'].map((kind) => namespace(kind)).join(' ');
    const { start } = lookAt(pid);
    return start === undefined ? plain : { ...plain, boot, namespaces, start };
  } catch {
    return plain;
  }
}

/** A kernel without namespaces of this kind has one for all. */
function namespace(kind: string): string {
  try {
    return fs.readlinkSync(`/proc/self/ns/${kind}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `${kind}:all`;
    throw error;
  }
}

/** What this machine says of a process now. */
export function lookAt(pid: number): ProcessState {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process may be hidden in /proc, but it can't be signalled either way: that it does not exist is told by this code only.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return { exists: false };
  }
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; the state is the first field after it, the start the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { exists: true, state: fields[0], start: fields[19] };
  } catch {
    return { exists: true };
  }
}

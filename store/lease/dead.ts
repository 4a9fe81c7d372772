import type { Machine } from './record';

/** What a machine says of one of its processes. */
export interface ProcessState {
  exists: boolean;
  /** Linux's letter for what it does, `Z` for one that has ended and that nobody has asked about; undefined where nobody tells. */
  state?: string | undefined;
  /** When it began, in ticks since the machine was started; undefined where nobody tells. */
  start?: string | undefined;
}

/**
 * Whether a lease's holder can't be there any more: it ran on this start of this machine, its number means the same process here, and
 * there is no such process, or another one that has its number now. A doubt is no proof.
 * @param look asks this machine about a process
 */
export function isProvablyDead(holder: Machine, here: Machine, look: (pid: number) => ProcessState): boolean {
  if (holder.boot === undefined || holder.namespaces === undefined || holder.start === undefined) return false;
  if (holder.boot !== here.boot || holder.namespaces !== here.namespaces) return false;
  const { exists, state, start } = look(holder.pid);
  if (!exists || state === 'Z' || state === 'X') return true;
  return start !== undefined && start !== holder.start;
}

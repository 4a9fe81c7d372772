import { isProvablyDead } from './dead';
import { lookAt } from './machine';
import type { Change, LeaseRecord, Machine } from './record';

/** Notes a process that a lease was handed down to; those that are gone need no note any more. */
export function joins(part: Machine): Change {
  return ({ parts = [] }) => ({
    parts: [...parts.filter((each) => !isSame(each, part) && !isProvablyDead(each, part, lookAt)), part],
  });
}

/** Takes the note back. */
export function leaves(part: Machine): Change {
  return ({ parts = [] }) => ({ parts: parts.filter((each) => !isSame(each, part)) });
}

/** Whether nothing of a run is there any more: neither who has taken the lease nor whom it was handed down to. */
export function isGone({ machine, parts = [] }: LeaseRecord, here: Machine): boolean {
  return [machine, ...parts].every((each) => isProvablyDead(each, here, lookAt));
}

/** Whether something that this process has started, or handed the lease down to, is surely still there. */
export function areAtWork(record: LeaseRecord, here: Machine): boolean {
  return othersThere(record, here).length > 0;
}

/** The same without what was suspended: it does nothing now, and whatever of it asks for the lease when it goes on learns of the loss. */
export function areRunning(record: LeaseRecord, here: Machine): boolean {
  return othersThere(record, here).some(({ pid }) => !['T', 't'].includes(lookAt(pid).state ?? ''));
}

function othersThere({ parts = [] }: LeaseRecord, here: Machine): Machine[] {
  return parts.filter(
    (each) =>
      !isSame(each, here) &&
      each.boot !== undefined &&
      each.boot === here.boot &&
      each.namespaces === here.namespaces &&
      !isProvablyDead(each, here, lookAt),
  );
}

function isSame(one: Machine, other: Machine): boolean {
  const keys = ['host', 'pid', 'boot', 'namespaces', 'start'] as const;
  return keys.every((key) => one[key] === other[key]);
}

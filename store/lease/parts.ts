import { isProvablyDead } from './dead';
import { lookAt } from './machine';
import type { Change } from './prove';
import type { LeaseRecord, Machine } from './record';

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

function isSame(one: Machine, other: Machine): boolean {
  const keys = ['host', 'pid', 'boot', 'namespaces', 'start'] as const;
  return keys.every((key) => one[key] === other[key]);
}

import type { Store } from '../store';
import { lostTo } from './lost';
import { thisMachine } from './machine';
import { areAtWork } from './parts';
import type { Change, Found, Numbered } from './record';
import { LeaseRecords } from './records';

/**
 * Proves that an owner has the lease now, by a new record that is the newest. From this moment on nobody takes it over for as long as
 * silence lasts.
 *
 * Several processes may prove the same lease, the parts of one run. Each record is made from the one before it, so that nothing that one
 * of them notes is lost.
 * @param last the newest record that the caller knows of
 * @param change what else the new record notes
 * @returns the newest record
 * @throws LeaseLost when the lease is somebody else's, or was given back
 * @throws StoreTrouble when nobody can tell
 */
export async function prove(records: LeaseRecords, last: Numbered, change: Change = () => ({})): Promise<Numbered> {
  for (;;) {
    const next: Numbered = {
      number: last.number + 1,
      record: { ...last.record, ...change(last.record), kind: 'beat' },
    };
    const made = await records.create(next);
    // That it could be made proves nothing: its number may have been used by others and removed, while this process was suspended.
    const newest = await records.newestFrom(next.number);
    if (!isHeldBy(newest, last.record.owner)) throw lostTo(records.environment, last.record, newest);
    if (made && newest.number === next.number) return next;
    // Another part of this run was faster, or its records are further on.
    last = newest;
  }
}

/** Whether the newest record says that an owner has the lease. */
function isHeldBy(newest: Found | undefined, owner: string): newest is Numbered {
  return newest?.record !== undefined && newest.record.owner === owner && newest.record.kind !== 'end';
}

/**
 * The same in a process that its lease was handed down to: an action that Pulumi runs.
 * @param owner what `leaseOf` has found
 * @param change what else the new record notes
 * @returns the newest record
 */
export async function checkLease(store: Store, environment: string, owner: string, change?: Change): Promise<Numbered> {
  const records = new LeaseRecords(store, environment);
  const newest = await records.newest();
  if (!isHeldBy(newest, owner)) throw lostTo(environment, { owner, what: 'this step' }, newest);
  return prove(records, newest, change);
}

/**
 * Gives a lease back, if it is still this owner's. While a part of the run is at work, it is not given back: whoever waits takes it over when
 * that has ended.
 */
export async function giveBack(records: LeaseRecords, last: Numbered): Promise<void> {
  for (;;) {
    if (areAtWork(last.record, thisMachine())) return;
    const number = last.number + 1;
    await records.create({ number, record: { ...last.record, kind: 'end' } });
    const newest = await records.newestFrom(number);
    // Its own end, or another's lease.
    if (!isHeldBy(newest, last.record.owner)) return;
    last = newest;
  }
}

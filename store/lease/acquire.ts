import { byBytes, type Store } from '../store';
import { handDown, leasedIn, leaseOf } from './hand-down';
import { HeldLease, type Lease } from './lease';
import { thisMachine } from './machine';
import { joins } from './parts';
import { checkLease } from './prove';
import { LeaseRecords } from './records';
import type { LeasePlace, LeaseRequest } from './request';
import { beforeSignal } from './signals';
import { take } from './take';
import { leaseTimes, monotonic } from './times';

/**
 * Takes the lease of an environment, and waits for whoever holds it. A run that has it already gets it at once: it was handed down.
 * @throws LeaseLost when it was handed down and is lost
 * @throws StoreTrouble
 */
export async function acquire(store: Store, environment: string, request: LeaseRequest): Promise<Lease> {
  const { variables = process.env, times = leaseTimes } = request;
  const records = new LeaseRecords(store, environment);
  const handedDown = leaseOf(variables, environment);
  if (handedDown !== undefined) {
    const proved = monotonic();
    const part = request.machine ?? thisMachine();
    const last = await checkLease(store, environment, handedDown, joins(part));
    return new HeldLease({ records, last, proved, times, part, over: () => undefined });
  }
  // Two runs that take some of the same in different orders would wait for each other for ever.
  const later = leasedIn(variables).find((other) => byBytes(other, environment) > 0);
  if (later !== undefined) throw new Error(`the lease of ${environment} has to be taken before that of ${later}`);
  const taken = await take(records, { ...request, times });
  const stopListening = beforeSignal(() => lease.release());
  const over = (): void => {
    handDown(variables, environment, undefined);
    stopListening();
  };
  handDown(variables, environment, taken.last.record.owner);
  const lease: Lease = new HeldLease({ records, ...taken, times, over });
  return lease;
}

/**
 * Takes the leases of several environments, all or none. Everybody takes them in the same order, so that no two runs wait for each other.
 * @returns in that order
 */
export async function acquireAll(places: readonly LeasePlace[], request: LeaseRequest): Promise<Lease[]> {
  const leases: Lease[] = [];
  const byName = new Map(places.map(({ environment, store }) => [environment, store]));
  try {
    for (const [environment, store] of [...byName].sort(([one], [other]) => byBytes(one, other))) {
      // To wait for the next makes no sense without the first.
      const signals = [...leases.map(({ lost }) => lost), ...(request.signal === undefined ? [] : [request.signal])];
      leases.push(await acquire(store, environment, { ...request, signal: AbortSignal.any(signals) }));
    }
    return leases;
  } catch (error) {
    for (const lease of leases.reverse()) await lease.release();
    throw error;
  }
}

import { acquireAll } from './acquire';
import type { Lease } from './lease';
import type { LeasePlace, LeaseRequest } from './request';

/**
 * Does something under the leases of environments, and gives them back whatever comes of it.
 * @param work gets the leases in the order of their environments' names, and ends early when one is lost
 * @throws LeaseLost when one was lost meanwhile, whatever came of the work: it can't have been all that it should be
 */
export async function underLeases<T>(
  places: readonly LeasePlace[],
  request: LeaseRequest,
  work: (leases: readonly Lease[]) => Promise<T>,
): Promise<T> {
  const leases = await acquireAll(places, request);
  try {
    const result = await work(leases);
    for (const { lost } of leases) lost.throwIfAborted();
    return result;
  } catch (error) {
    // What fails after a loss fails because of it.
    for (const { lost } of leases) lost.throwIfAborted();
    throw error;
  } finally {
    for (const lease of [...leases].reverse()) await lease.release();
  }
}

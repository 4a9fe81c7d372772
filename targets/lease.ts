import { leaseOf } from '../store/lease/hand-down';
import { checkLease } from '../store/lease/prove';
import type { LedgerPlace } from './place';
import { storeOf } from './store-of';

/**
 * Proves that the run which this process is a part of still has the lease of an environment. Where none was handed down, as by plain Pulumi,
 * there is nothing to prove.
 * @throws LeaseLost, and StoreTrouble when nobody can tell
 */
export async function checkHandedDown(place: Omit<LedgerPlace, 'key'>, variables = process.env): Promise<void> {
  const owner = leaseOf(variables, place.environment);
  if (owner !== undefined) await checkLease(storeOf(place), place.environment, owner);
}

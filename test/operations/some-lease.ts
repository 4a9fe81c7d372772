import type { StackLease } from '../../operations/lease';

/** A lease that nobody takes away, for what is not about leases. */
export function someLease(change: Partial<StackLease> = {}): StackLease {
  return {
    check: () => Promise.resolve(),
    lost: new AbortController().signal,
    pulumiLock: undefined,
    notePulumiLock: () => Promise.resolve(),
    noteStarted: () => Promise.resolve(),
    ...change,
  };
}

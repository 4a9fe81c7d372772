/** How often and how long, in milliseconds. They are counted on each process's own monotonic clock, never on a wall clock. */
export interface LeaseTimes {
  /** A holder makes a record this often. */
  beat: number;
  /** A lease has run out when a waiter has seen nothing new for this long. */
  silence: number;
  /** A holder that can't reach the store for this long stops: shorter than {@link silence}, so that it stops before others begin. */
  patience: number;
  /** A waiter looks this often, and a holder tries this often while the store is away. */
  look: number;
  /** A waiter says this often for whom it waits. */
  speak: number;
}

/** What counts unless a test says otherwise. All processes that share a store have to use the same. */
export const leaseTimes: LeaseTimes = { beat: 5000, silence: 30_000, patience: 20_000, look: 1000, speak: 15_000 };

/** Milliseconds that only grow, whatever is done to the machine's date. */
export function monotonic(): number {
  return performance.now();
}

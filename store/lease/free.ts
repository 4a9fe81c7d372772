import { setTimeout as sleep } from 'node:timers/promises';
import { StoreTrouble } from '../trouble';
import { thisMachine } from './machine';
import { areRunning, isGone } from './parts';
import type { Found, Machine } from './record';
import { LeaseRecords } from './records';
import type { LeasePlace, LeaseRequest } from './request';
import { Silence } from './silence';
import { Speaker } from './speaker';
import { leaseTimes, monotonic, type LeaseTimes } from './times';

/** Why a lease can be taken. */
export type WhyFree = 'ended' | 'dead' | 'silent';

/**
 * Why a lease can be taken; undefined: it can't.
 * @param quiet milliseconds for which the newest record was seen as the newest
 */
export function whyFree(
  newest: Found | undefined,
  here: Machine,
  quiet: number,
  { silence }: Pick<LeaseTimes, 'silence'>,
): WhyFree | undefined {
  if (newest === undefined || newest.record?.kind === 'end') return 'ended';
  if (newest.record !== undefined && isGone(newest.record, here)) return 'dead';
  if (quiet < silence) return undefined;
  // A verb that was killed says nothing more; what it has started may still be changing the environment.
  return newest.record !== undefined && areRunning(newest.record, here) ? undefined : 'silent';
}

/**
 * Waits until nobody has the lease of an environment, and does not take it.
 * @throws StoreTrouble
 */
export async function untilFree({ store, environment }: LeasePlace, request: LeaseRequest): Promise<void> {
  const { times = leaseTimes, signal, machine = thisMachine() } = request;
  const records = new LeaseRecords(store, environment);
  const silence = new Silence(times);
  const speaker = new Speaker(environment, { ...request, times });
  const reach = new Reach(times);
  for (;;) {
    signal?.throwIfAborted();
    const began = monotonic();
    const newest = await reach.of(() => records.newest());
    if (newest !== 'away') {
      const quiet = newest === undefined ? 0 : silence.see(newest.number, began, monotonic());
      if (newest === undefined || whyFree(newest, machine, quiet, times) !== undefined) return;
      speaker.wait(newest);
    }
    await pause(times.look, signal);
  }
}

/** @throws the signal's reason when that ends it */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** A store that is away for a moment ends no waiting. */
export class Reach {
  /** @param reached when it was there last, on a monotonic clock. @default never: then the first look has to succeed */
  constructor(
    private readonly times: Pick<LeaseTimes, 'patience'>,
    private reached?: number,
  ) {}

  async of<T>(look: () => Promise<T>): Promise<T | 'away'> {
    try {
      const found = await look();
      this.reached = monotonic();
      return found;
    } catch (error) {
      if (!(error instanceof StoreTrouble) || this.reached === undefined) throw error;
      if (monotonic() - this.reached > this.times.patience) throw error;
      return 'away';
    }
  }
}

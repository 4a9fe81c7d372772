import { setTimeout as sleep } from 'node:timers/promises';

/** How something is tried again. */
export interface Patience {
  limitSeconds: number;
  signal: AbortSignal;
  /** Milliseconds between two tries; 500 by default. */
  pause?: number;
  /** Called once, when the first try was in vain. */
  waiting?: () => void;
}

/**
 * Tries until it is done.
 * @param attempt true when done, else what to say if time runs out
 */
export async function until(patience: Patience, attempt: () => Promise<true | Error>): Promise<void> {
  const end = performance.now() + patience.limitSeconds * 1000;
  for (let tries = 0; ; tries++) {
    const result = await attempt();
    if (result === true) return;
    if (performance.now() >= end) throw result;
    if (tries === 0) patience.waiting?.();
    await sleep(patience.pause ?? 500, undefined, { signal: patience.signal });
  }
}

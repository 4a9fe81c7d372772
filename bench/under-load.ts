import { setTimeout as sleep } from 'node:timers/promises';
import { Held, Load } from '../test/cutover/load';
import { quantile } from './ratio';
import type { BenchRelease } from './releases';

/** Somewhere that releases are deployed to, and people ask. */
export interface Contender {
  name: string;
  /** Where people ask, without a path. */
  url: string;
  /** Deploys a release. @throws Error when it ends otherwise than it should for a release of that kind */
  deploy(release: BenchRelease): Promise<void>;
}

/** What people got. */
export interface Got {
  requests: number;
  /** Requests without an answer, or with one of 500 and above. */
  lost: number;
  /** What happened to those, with counts. */
  failures: Record<string, number>;
  /** When, each with what happened. */
  moments: readonly string[];
  /** Milliseconds of requests that are not slow ones. */
  p99: number;
  /** WebSockets that could not be opened or were cut off before they had to be. */
  cut: number;
  seconds: number;
}

/** Slow requests, one in twenty. */
const slowMilliseconds = 5000;
/** How long a WebSocket stays on the former release after the switch: longer than a slow request, shorter than any drain bound. */
const holdMilliseconds = 6000;

/**
 * Deploys releases one after the other while people ask, with a WebSocket held across each; without releases, people ask for
 * so many seconds.
 */
export async function underLoad(
  contender: Pick<Contender, 'url'> & Partial<Contender>,
  work: readonly BenchRelease[] | number,
  o: { rate: number; signal: AbortSignal },
): Promise<Got> {
  const began = performance.now();
  const load = new Load(() => contender.url, { perSecond: o.rate, slowMilliseconds });
  let cut = 0;
  let seconds = 0;
  try {
    if (typeof work === 'number') await sleep(work * 1000, undefined, { signal: o.signal });
    else {
      for (const release of work) {
        o.signal.throwIfAborted();
        if (!(await heldAcross(contender.url, release.name, () => contender.deploy?.(release)))) cut++;
      }
    }
  } finally {
    seconds = (performance.now() - began) / 1000;
    await load.end();
  }
  const { requests, failures, moments } = load.lost;
  const lost = Object.values(failures).reduce((sum, each) => sum + each, 0);
  return { requests, lost, failures, moments, p99: quantile(load.latencies, 0.99), cut, seconds };
}

/** @returns whether a WebSocket that was open before the deployment stayed usable until it was let go */
async function heldAcross(url: string, next: string, deploy: () => Promise<void> | undefined): Promise<boolean> {
  const held = await Held.open(url).catch(() => undefined);
  const letGo = new AbortController();
  const used = held === undefined ? Promise.resolve(false) : staysUsable(held, letGo.signal);
  const switched = untilServed(url, next, letGo.signal)
    .then(() => sleep(holdMilliseconds, undefined, { signal: letGo.signal }))
    .then(() => letGo.abort())
    .catch(() => undefined);
  try {
    await deploy();
  } finally {
    letGo.abort();
    await switched;
  }
  return used;
}

/** Sends a word over a WebSocket four times a second until it is let go. @returns whether each one came back */
async function staysUsable(held: Held, letGo: AbortSignal): Promise<boolean> {
  try {
    while (!letGo.aborted) {
      const answer = await Promise.race([held.echo('there?'), sleep(10_000, 'no answer', { ref: false })]);
      if (answer !== 'there?') return false;
      await sleep(250);
    }
    return true;
  } catch {
    return false;
  } finally {
    held.end();
  }
}

/** Returns when a release answers. @throws Error when it is given up */
async function untilServed(url: string, name: string, givenUp: AbortSignal): Promise<void> {
  for (;;) {
    givenUp.throwIfAborted();
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
      (response) => response.text(),
      () => '',
    );
    if (answer === name) return;
    await sleep(200);
  }
}

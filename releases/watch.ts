import type { CheckSpec } from './types';

/** How an environment is watched after a cutover. */
export interface WatchSettings {
  /** How long; 0: not at all. */
  seconds: number;
  /** Requests of a service below which its figures tell nothing. */
  minRequests: number;
  /** What too little traffic means: ask ourselves until it is enough, let the release stay, or take it back. */
  tooLittle: 'probe' | 'pass' | 'refuse';
  /** What a probe asks for. */
  probePath: string;
  /** Highest share of requests without an answer or with one of 500 and above, 0–1. */
  maxErrorRate: number;
  /** How much higher than before that share may be, 0–1. */
  maxErrorRateIncrease: number;
  /** Highest mean of milliseconds per request; undefined: any. */
  maxLatencyMs?: number;
  /** How many times the mean before that mean may be, once it is above {@link latencyFloorMs}. */
  maxLatencyFactor: number;
}

/** The same, with checks of the environment itself; anything but a clear pass of theirs takes the release back. */
export interface EnvironmentWatch extends WatchSettings {
  checks: CheckSpec[];
}

/** What an edge has counted of one release of a service. */
export interface Traffic {
  requests: number;
  errors: number;
  /** Mean of a request. */
  milliseconds: number;
}

/** Below so many milliseconds nobody notices how many times slower a release is. */
export const latencyFloorMs = 200;

/** What the figures of a service say. `too-little`: nothing yet. */
export interface TrafficVerdict {
  verdict: 'passed' | 'refused' | 'too-little';
  /** `discounts: 12 of 40 requests failed (30.0 %), 5.0 % are allowed` */
  summary: string;
}

/**
 * Holds what an edge has counted of a release against bounds, and against the release before.
 * @param before of the release before; it counts only when it had enough requests itself
 * @param o.atEnd the watch is over: only then is it looked at how long requests take, since the first ones of a program that
 *   has just begun take longer than any later one
 */
export function judgeTraffic(
  service: string,
  now: Traffic,
  before: Traffic | undefined,
  settings: WatchSettings,
  o: { atEnd: boolean },
): TrafficVerdict {
  if (now.requests < settings.minRequests) {
    return {
      verdict: 'too-little',
      summary: `${service}: ${now.requests} requests, ${settings.minRequests} are needed to tell`,
    };
  }
  const rate = now.errors / now.requests;
  const comparable = before !== undefined && before.requests >= settings.minRequests ? before : undefined;
  const failed = `${service}: ${now.errors} of ${now.requests} requests failed (${percent(rate)})`;
  const slow = `${service}: ${now.milliseconds} ms per request`;
  const problem = [
    rate > settings.maxErrorRate && `${failed}, ${percent(settings.maxErrorRate)} are allowed`,
    comparable !== undefined &&
      rate > comparable.errors / comparable.requests + settings.maxErrorRateIncrease &&
      `${failed}, ${percent(comparable.errors / comparable.requests)} before`,
    o.atEnd &&
      settings.maxLatencyMs !== undefined &&
      now.milliseconds > settings.maxLatencyMs &&
      `${slow}, ${settings.maxLatencyMs} are allowed`,
    o.atEnd &&
      comparable !== undefined &&
      now.milliseconds > latencyFloorMs &&
      now.milliseconds > comparable.milliseconds * settings.maxLatencyFactor &&
      `${slow}, ${comparable.milliseconds} before`,
  ].find((each) => each !== false);
  return problem === undefined
    ? { verdict: 'passed', summary: `${failed}, ${now.milliseconds} ms each` }
    : { verdict: 'refused', summary: problem };
}

/** `5.0 %` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

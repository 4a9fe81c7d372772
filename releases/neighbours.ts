import { judgeTraffic, percent, type Traffic, type TrafficVerdict, type WatchSettings } from './watch';

/** How a service did that a switch has not changed. */
export interface Neighbour {
  /** What it has done since the switch. */
  since: Traffic;
  /** What it had done before; undefined when nobody knows. */
  before: Traffic | undefined;
  /** It was healthy before the switch. */
  wasWell: boolean;
}

/**
 * Whether a service that was not changed does badly since its neighbours were. Its share of failed requests has to be too high, and higher
 * than before: what was ill before takes nothing back.
 */
export function judgeNeighbour(
  service: string,
  { since, before, wasWell }: Neighbour,
  settings: WatchSettings,
): TrafficVerdict {
  const { verdict, summary } = judgeTraffic(service, since, undefined, settings, { atEnd: false });
  if (verdict !== 'refused') return { verdict: 'passed', summary: '' };
  const told = { verdict: 'refused', summary: `${summary}; it was not changed` } as const;
  if (before === undefined || before.requests < settings.minRequests) {
    return wasWell ? told : { verdict: 'passed', summary: '' };
  }
  const former = before.errors / before.requests;
  return since.errors / since.requests > former + settings.maxErrorRateIncrease
    ? { ...told, summary: `${told.summary}, and ${percent(former)} failed before` }
    : { verdict: 'passed', summary: '' };
}

/** What has been counted between two looks. A count that has become less began anew in between. */
export function between(earlier: Traffic | undefined, later: Traffic): Traffic {
  if (earlier === undefined || later.requests < earlier.requests) return later;
  return {
    requests: later.requests - earlier.requests,
    errors: Math.max(0, later.errors - earlier.errors),
    milliseconds: later.milliseconds,
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerTraffic } from '../../clients/edge/haproxy-runtime';
import { combine } from '../../releases/verdicts';
import type { CheckSummary } from '../../releases/types';
import { between, judgeNeighbour, type Neighbour } from '../../releases/neighbours';
import { judgeTraffic, type Traffic, type TrafficVerdict, type WatchSettings } from '../../releases/watch';

/** What a watch asks of the world. */
export interface WatchInputs {
  settings: WatchSettings;
  /** Services whose release has changed. */
  services: readonly string[];
  /** What the release before had done, by service. */
  formerTraffic: Readonly<Record<string, Traffic>>;
  /** Services that were not changed, with what is known of them from before, and what was counted right after the switch. */
  neighbours: Readonly<Record<string, Omit<Neighbour, 'since'> & { atSwitch: Traffic | undefined }>>;
  /** What the release that serves now has done, by service. */
  traffic: () => Promise<Readonly<Record<string, Traffic>>>;
  /** Asks a service so many times. */
  probe: (service: string, count: number) => Promise<void>;
  /** Runs the watch's checks. */
  checks: () => Promise<CheckSummary[]>;
}

/** What a watch has come to. Anything but "passed" takes the release back. */
export interface WatchVerdict {
  verdict: 'passed' | 'refused';
  summary: string;
}

const lookEveryMilliseconds = 1000;

/** Nobody waits longer than this to hear of a release that nobody asks: by then it has been asked often enough. */
const probeWithinMilliseconds = 5000;

/**
 * Watches releases after a cutover: what the edge counts of them, all the time, and the checks, once. Ends early when
 * something is refused.
 */
export async function watch(o: WatchInputs): Promise<WatchVerdict> {
  const ended = new AbortController();
  const figures = watchTraffic(o, ended.signal);
  const checks = o.checks().then((summaries) => checked(summaries));
  try {
    const first = await Promise.race([figures, checks]);
    if (first.verdict === 'refused') return first;
    const all = await Promise.all([figures, checks]);
    return (
      all.find(({ verdict }) => verdict === 'refused') ?? {
        verdict: 'passed',
        summary: all
          .map(({ summary }) => summary)
          .filter((each) => each !== '')
          .join('; '),
      }
    );
  } finally {
    ended.abort();
    // Whichever was not waited for may fail later: that is nobody's any more.
    void Promise.allSettled([figures, checks]);
  }
}

/** A watch without checks is one of figures alone; otherwise anything but a clear pass takes the release back. */
function checked(summaries: readonly CheckSummary[]): WatchVerdict {
  if (summaries.length === 0) return { verdict: 'passed', summary: '' };
  const { verdict, summary } = combine(summaries);
  return { verdict: verdict === 'passed' ? 'passed' : 'refused', summary };
}

async function watchTraffic(o: WatchInputs, ended: AbortSignal): Promise<WatchVerdict> {
  const began = performance.now();
  const length = o.settings.seconds * 1000;
  for (;;) {
    const passed = Math.floor(performance.now() - began);
    const due = Math.min(1, passed / Math.min(length, probeWithinMilliseconds));
    const verdicts = await look(o, due, passed >= length);
    const refused = verdicts.find(({ verdict }) => verdict === 'refused');
    if (refused !== undefined) return { verdict: 'refused', summary: refused.summary };
    if (passed >= length || ended.aborted) return conclude(o.settings, verdicts);
    await sleep(lookEveryMilliseconds);
  }
}

/** @param due share of the requests that are needed to tell that there should have been by now */
async function look(o: WatchInputs, due: number, atEnd: boolean): Promise<TrafficVerdict[]> {
  const { settings } = o;
  let traffic = await o.traffic();
  if (settings.tooLittle === 'probe') {
    const missing = o.services
      .map((service) => ({
        service,
        count: Math.ceil(settings.minRequests * due) - (traffic[service]?.requests ?? 0),
      }))
      .filter(({ count }) => count > 0);
    if (missing.length > 0) {
      await Promise.all(missing.map(({ service, count }) => o.probe(service, count)));
      traffic = await o.traffic();
    }
  }
  const own = o.services.map((service) =>
    judgeTraffic(service, traffic[service] ?? none, o.formerTraffic[service], settings, { atEnd }),
  );
  const beside = Object.entries(o.neighbours).map(([service, { atSwitch, ...former }]) => {
    const since = between(atSwitch, traffic[service] ?? none);
    return judgeNeighbour(service, { ...former, since }, settings);
  });
  return [...own, ...beside.filter(({ verdict }) => verdict === 'refused')];
}

const none: Traffic = { requests: 0, errors: 0, milliseconds: 0 };

function conclude({ tooLittle }: WatchSettings, verdicts: readonly TrafficVerdict[]): WatchVerdict {
  const summary = verdicts.map((each) => each.summary).join(', ');
  const open = verdicts.find(({ verdict }) => verdict === 'too-little');
  if (open === undefined) return { verdict: 'passed', summary };
  // Our own requests did not get through to be counted.
  if (tooLittle === 'probe') return { verdict: 'refused', summary: `it does not answer: ${open.summary}` };
  return {
    verdict: tooLittle === 'pass' ? 'passed' : 'refused',
    summary: `too little traffic to tell: ${open.summary}`,
  };
}

/** Figures by service, of the servers for which this holds. */
export function byService(
  traffic: readonly ServerTraffic[],
  holds: (server: ServerTraffic) => boolean,
): Record<string, Traffic> {
  return Object.fromEntries(traffic.filter(holds).map((server) => [server.service, server]));
}

import type { EvidenceRetention } from './evidence-retention';

const dayInMs = 24 * 60 * 60 * 1000;

/** A run that no record names is one that was killed, or that is being recorded. It is given so long to be recorded. */
const recordedWithinMs = dayInMs;

/** Whether a run that no record names was given up, by the time in its name; one whose name says none was not. @param run the last part of its folder */
export function isGivenUp(run: string, now: Date): boolean {
  const began = beganAt(run);
  return began !== undefined && now.getTime() - began > recordedWithinMs;
}

/** Whether none of the runs can be outdated, as far as their names tell: then nobody has to read a ledger. @param runs last parts of their folders */
export function areAllRecent(runs: readonly string[], { runs: most, days }: EvidenceRetention, now: Date): boolean {
  return runs.length <= most && runs.every((run) => now.getTime() - (beganAt(run) ?? -Infinity) <= days * dayInMs);
}

/** `watch-2026-11-30T12-06-09-512Z` as milliseconds since 1970. */
function beganAt(run: string): number | undefined {
  const [, day, hours, minutes, seconds] =
    /^(?:[a-z]+-)?(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d-\d{3})Z$/.exec(run) ?? [];
  if (day === undefined) return undefined;
  const time = Date.parse(`${day}T${hours ?? ''}:${minutes ?? ''}:${(seconds ?? '').replace('-', '.')}Z`);
  return Number.isNaN(time) ? undefined : time;
}

import { isSettled, type LedgerRecord } from './ledger';
import { candidateKey } from './names';
import type { Candidate } from './types';

/** What the beginning of a digest names, among what an environment has run. */
export type Named = { candidate: Candidate } | { ambiguous: string[] } | undefined;

/**
 * What an environment goes back to when nobody says where to: what it ran before what it runs now. Whoever goes back twice in a row goes two
 * back: what a rollback has left behind is no step on the way. What is no longer kept does not count.
 * @param records all of its ledger; of its last ones alone comes the same, or undefined
 * @returns undefined when there is none
 */
export function releaseBefore(records: readonly LedgerRecord[], environment: string): Candidate | undefined {
  const past: Step[] = [];
  const retiredAt = new Map<string, number>();
  const isKept = ({ key, at }: Step): boolean => at > (retiredAt.get(key) ?? -1);
  // What is retired goes when it comes to lie on top, so that each step is looked at once.
  const top = (): Step | undefined => {
    while (past.length > 0 && !isKept(past[past.length - 1] as Step)) past.pop();
    return past.at(-1);
  };
  let wanted: string | undefined;
  records.forEach(({ kind, candidate, environment: own }, at) => {
    if (own !== environment) return;
    const key = candidateKey(candidate);
    if (kind === 'rollback') wanted = key;
    if (kind === 'again') wanted = undefined;
    if (kind === 'retired') retiredAt.set(key, at);
    if (kind !== 'cutover' && kind !== 'adopted') return;
    if (key === wanted) {
      // What came since a former candidate may have stayed beside it.
      while (past.length > 0) {
        const step = past.pop() as Step;
        if (isKept(step) && isPartOf(step.candidate, candidate)) break;
      }
    } else {
      if (top()?.key === key) past.pop();
      wanted = undefined;
    }
    past.push({ key, candidate, at });
  });
  if (top() === undefined) return undefined;
  past.pop();
  return top()?.candidate;
}

/** A candidate that an environment ran, and the index of the record that says so. */
interface Step {
  key: string;
  candidate: Candidate;
  at: number;
}

/** Whether another candidate has all releases of this one. */
function isPartOf(part: Candidate, whole: Candidate): boolean {
  return Object.values(part).every(({ service, digest }) => whole[service]?.digest === digest);
}

/**
 * What an environment has run and keeps, by a digest or its beginning.
 * @param to `3f2a91c0`, with or without `sha256:`
 * @returns the digests that begin like this when they are more than one; undefined for none
 */
export function namedRelease(records: readonly LedgerRecord[], environment: string, to: string): Named {
  const digest = to.startsWith('sha256:') ? to : `sha256:${to}`;
  const kept = keptReleases(records, environment);
  const found = new Set(
    kept.flatMap((candidate) =>
      Object.values(candidate).flatMap((each) => (each.digest.startsWith(digest) ? [each.digest] : [])),
    ),
  );
  if (found.size > 1) return { ambiguous: [...found].sort() };
  const candidate = kept.findLast((each) => Object.values(each).some((release) => found.has(release.digest)));
  return candidate === undefined ? undefined : { candidate };
}

/** What stayed in an environment and has not been retired since, oldest first. */
function keptReleases(records: readonly LedgerRecord[], environment: string): Candidate[] {
  const retiredAt = new Map<string, number>();
  records.forEach((record, index) => {
    if (record.kind === 'retired' && record.environment === environment) {
      retiredAt.set(candidateKey(record.candidate), index);
    }
  });
  return records.flatMap((record, index) => {
    if (!isSettled(record) || record.environment !== environment) return [];
    return index > (retiredAt.get(candidateKey(record.candidate)) ?? -1) ? [record.candidate] : [];
  });
}

/**
 * A candidate as an environment would run it now: without services that it has no longer, and with what runs of those that came since.
 * @param services those of the environment that come through pipelines
 * @param running what it runs now
 */
export function asRunNow(target: Candidate, services: readonly string[], running: Candidate): Candidate {
  return Object.fromEntries(
    services.flatMap((service) => {
      const release = target[service] ?? running[service];
      return release === undefined ? [] : [[service, release] as const];
    }),
  );
}

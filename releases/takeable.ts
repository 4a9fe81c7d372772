import { findLast, type LedgerRecord } from './ledger';
import { candidateKey } from './names';
import { lastSettled } from './retention';
import type { Candidate } from './types';

/** An environment, with what `sluice:retain` says. */
export interface Retaining {
  environment: string;
  /** All of it, oldest first. */
  records: readonly LedgerRecord[];
  /** How many releases it keeps. */
  retain: number;
}

/**
 * What an environment may yet take, or runs: what it keeps for a rollback, what somebody has gone back to or approved, what it was asked about
 * last, and whatever its upstream keeps and may offer again.
 */
export function takeable(
  own: Retaining,
  upstream: Retaining | undefined,
  now: Date,
): (candidate: Candidate) => boolean {
  const { environment } = own;
  const records = own.records.filter((record) => record.environment === environment);
  const approved = records.filter(
    (record) => record.kind === 'approval' && record.expiresAt !== null && Date.parse(record.expiresAt) > now.getTime(),
  );
  const last = [
    ...(['rollback', 'verdict', 'tested', 'approval', 'again'] as const).map((kind) =>
      findLast(records, kind, environment),
    ),
    ...approved,
  ];
  const keys = new Set([
    ...lastSettled(records, own.retain).map(([key]) => key),
    ...last.flatMap((record) => (record === undefined ? [] : [candidateKey(record.candidate)])),
  ]);
  const offered = upstream === undefined ? new Map<string, Set<string>>() : keptDigests(upstream);
  return (candidate) => keys.has(candidateKey(candidate)) || isAmong(candidate, offered);
}

/** Digests by service of all that an environment runs or can go back to. */
function keptDigests({ environment, records, retain }: Retaining): Map<string, Set<string>> {
  const own = records.filter((record) => record.environment === environment);
  const digests = new Map<string, Set<string>>();
  for (const [, index] of lastSettled(own, retain)) {
    for (const [service, { digest }] of Object.entries(own[index]?.candidate ?? {})) {
      digests.set(service, (digests.get(service) ?? new Set()).add(digest));
    }
  }
  return digests;
}

/** Whether each service of a candidate is there as it is in the candidate; what else is there tells nothing. */
function isAmong(candidate: Candidate, digests: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const known = Object.entries(candidate).filter(([service]) => digests.has(service));
  return known.length > 0 && known.every(([service, { digest }]) => digests.get(service)?.has(digest));
}

import { approvalText } from './approval';
import { foundRunning, isSettled, type LedgerRecord } from './ledger';
import { canonicalJson, shortDigest } from './names';
import { switchKinds } from './switches';
import type { Candidate } from './types';

/** One event of an environment's past, as people read it. */
export interface Event {
  /** ISO 8601, UTC. */
  at: string;
  environment: string;
  what:
    | 'tested'
    | 'approved'
    | 'deployed'
    | 'adopted'
    | 'refused'
    | 'taken back'
    | 'unhealthy'
    | 'superseded'
    | 'rollback'
    | 'try again'
    | 'broken off';
  /** `ann@laptop`, `pipeline sluice/discounts 12`; empty for what was written before anybody was asked. */
  by: string;
  /** Digest by service of what ran before; null where nothing was switched. */
  from: Record<string, string> | null;
  /** Digest by service. */
  to: Record<string, string>;
  /** Commit by service, where an image says. */
  commits: Record<string, string>;
  /** One sentence; may be empty. */
  summary: string;
  /** Folder below the ledger's `evidence/`; empty when nothing was kept. */
  evidence: string;
  /** How long it took; null where nothing was waited for. */
  seconds: number | null;
}

/** An environment's past, oldest first, or that of all environments. */
export function history(records: readonly LedgerRecord[], environment?: string): Event[] {
  const current = new Map<string, Candidate>();
  const events: Event[] = [];
  const brokenOff = switchesBrokenOff(records);
  records.forEach((record) => {
    if (environment !== undefined && record.environment !== environment) return;
    const event = eventOf(record, current.get(record.environment), brokenOff.has(record));
    if (event !== undefined) events.push(event);
    if (isSettled(record)) current.set(record.environment, record.candidate);
  });
  return events;
}

/** The switches after which their environment's edge was switched anew before anything told how they ended. */
function switchesBrokenOff(records: readonly LedgerRecord[]): Set<LedgerRecord> {
  const open = new Map<string, LedgerRecord>();
  const brokenOff = new Set<LedgerRecord>();
  for (const record of records) {
    if (!switchKinds.has(record.kind)) continue;
    const before = open.get(record.environment);
    if (record.kind === 'switch' && before?.kind === 'switch') brokenOff.add(before);
    open.set(record.environment, record);
  }
  return brokenOff;
}

function eventOf(record: LedgerRecord, before: Candidate | undefined, isBrokenOff: boolean): Event | undefined {
  const event = (what: Event['what'], more: Partial<Event> = {}): Event => ({
    at: record.at,
    environment: record.environment,
    what,
    by: record.by ?? '',
    from: null,
    to: digests(record.candidate),
    commits: Object.fromEntries(
      Object.values(record.candidate).flatMap(({ service, revision }) =>
        revision === '' ? [] : [[service, revision]],
      ),
    ),
    summary: 'summary' in record ? record.summary : '',
    evidence: 'evidence' in record ? (record.evidence ?? '') : '',
    seconds: 'seconds' in record ? (record.seconds ?? null) : null,
    ...more,
  });
  const from = before === undefined ? {} : digests(before);
  switch (record.kind) {
    case 'verdict':
      return event(record.verdict === 'refused' ? 'refused' : 'tested', {
        summary: record.verdict === 'unknown' ? `could not tell: ${record.summary}` : record.summary,
      });
    case 'tested':
      return event('tested', { summary: `${record.summary}; an approval is asked for` });
    case 'approval':
      return event(record.verdict, {
        summary: `${approvalText(record)}${record.expiresAt === null ? '' : ` (holds until ${record.expiresAt})`}`,
      });
    case 'cutover':
      return event('deployed', { from, summary: record.watch ?? '' });
    case 'adopted':
      return event('adopted', { summary: foundRunning });
    case 'taken-back':
      return event('taken back', { from });
    case 'unhealthy':
      return event('unhealthy');
    case 'superseded':
      return event('superseded', { summary: `by ${describe(record.newer)}` });
    case 'rollback':
      return event('rollback', { from });
    case 'again':
      return event('try again');
    case 'retired':
      return undefined;
    case 'switch':
      return isBrokenOff ? event('broken off', { from }) : undefined;
  }
}

/** What last went otherwise than a push would have it. */
export type Setback = Extract<Event['what'], 'taken back' | 'unhealthy' | 'rollback'>;

/**
 * The newest event of an environment if it is a setback. A rollback stays one after its cutover, until something else is
 * deployed.
 */
export function setbackOf(
  records: readonly LedgerRecord[],
  environment: string,
): (Event & { what: Setback }) | undefined {
  const past = history(records, environment);
  const last = past.findLast(({ what }) => telling.has(what));
  if (last === undefined || last.what === 'try again' || last.what === 'adopted') return undefined;
  if (last.what !== 'deployed') return last as Event & { what: Setback };
  const asked = past.slice(0, past.indexOf(last)).findLast(({ what }) => what === 'rollback' || what === 'try again');
  const since = asked === undefined ? [] : past.slice(past.indexOf(asked)).filter(({ what }) => what === 'deployed');
  return asked?.what === 'rollback' && since.every(({ to }) => canonicalJson(to) === canonicalJson(asked.to))
    ? (asked as Event & { what: Setback })
    : undefined;
}

/** Events after which what came before them is no news. */
const telling: ReadonlySet<Event['what']> = new Set<Event['what']>([
  'deployed',
  'adopted',
  'taken back',
  'unhealthy',
  'rollback',
  'try again',
]);

/** `discounts sha256:3f2a91c0d4e5`, for each service. */
export function describe(candidate: Candidate): string {
  return Object.values(candidate)
    .map(({ service, digest }) => `${service} ${shortDigest(digest)}`)
    .join(', ');
}

function digests(candidate: Candidate): Record<string, string> {
  return Object.fromEntries(Object.values(candidate).map(({ service, digest }) => [service, digest]));
}

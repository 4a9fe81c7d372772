import type { Candidate, CheckSpec, CheckSummary, Release, Verdict } from '../../releases/types';
import type { RecordWithEvidence } from '../../releases/evidence';
import type { VerdictRecord } from '../../releases/ledger';

/** How something ended, in the word that the page has for it. */
export type Outcome = 'passed' | 'refused' | 'could not tell' | 'taken back' | 'unhealthy';

/** What a page tells besides the files of the evidence: what was asked, and what was answered. */
export interface Run {
  outcome: Outcome;
  /** The page's heading. */
  heading: string;
  /** One sentence: why. */
  summary: string;
  candidate: Candidate;
  /** By check, as it was recorded; what is recorded counts, and not what the evidence says. */
  checks: readonly CheckSummary[];
  /** Of what each check of the gate is, where that is known. */
  types: Readonly<Record<string, string>>;
  /** Further facts, in the order in which they are shown. */
  facts: readonly (readonly [name: string, value: string])[];
  /** ISO 8601. */
  at: string;
}

/** What a record says, as its page tells it. */
export function runOf(record: RecordWithEvidence): Run {
  const { candidate, at, environment } = record;
  return {
    ...wordsOf(record),
    candidate,
    at,
    checks: 'checks' in record ? record.checks : [],
    types: 'gate' in record ? typesOf(record.gate) : {},
    facts: [
      ['Environment', environment],
      ...('upstream' in record ? [['Tested on', record.upstream] as const] : []),
      ...(record.by === undefined || record.by === '' ? [] : [['Started by', record.by] as const]),
      ['At', shownTime(at)],
      ...('seconds' in record && record.seconds !== undefined ? [['Took', `${record.seconds} s`] as const] : []),
      ...servedOf(record),
    ],
  };
}

/** What somebody has had checked by hand, as its page tells it. */
export function runByHand(o: {
  environment: string;
  verdict: Verdict;
  summary: string;
  checks: readonly CheckSpec[];
  summaries: readonly CheckSummary[];
  /** What runs there. */
  services: Readonly<Record<string, Pick<Release, 'image' | 'digest' | 'revision'>>>;
  began: Date;
}): Run {
  const { environment, verdict, summary, checks, summaries, services, began } = o;
  const at = began.toISOString();
  const ends = { passed: 'passes its checks', refused: 'fails its checks', unknown: 'could not be checked' } as const;
  return {
    outcome: verdict === 'unknown' ? 'could not tell' : verdict,
    heading: `${environment} ${ends[verdict]}`,
    summary,
    candidate: Object.fromEntries(
      Object.entries(services).map(([service, release]) => [service, { ...release, service }]),
    ),
    checks: summaries,
    types: typesOf({ checks }),
    facts: [
      ['Environment', environment],
      ['Started', 'by hand'],
      ['At', shownTime(at)],
    ],
    at,
  };
}

function wordsOf(record: RecordWithEvidence): Pick<Run, 'outcome' | 'heading' | 'summary'> {
  const { environment } = record;
  const what = namesOf(record.candidate);
  switch (record.kind) {
    case 'tested':
      return {
        outcome: 'passed',
        heading: `${what} passed the checks of ${environment}`,
        summary: `${record.summary}; a person has to approve it`,
      };
    case 'verdict':
      return { ...verdictWords[record.verdict](environment, what), summary: record.summary };
    case 'cutover':
      return { outcome: 'passed', heading: `${environment} keeps ${what}`, summary: record.watch ?? '' };
    case 'taken-back':
      return { outcome: 'taken back', heading: `${environment} has taken ${what} back`, summary: record.summary };
    case 'unhealthy':
      return { outcome: 'unhealthy', heading: `${environment} did not switch to ${what}`, summary: record.summary };
  }
}

const verdictWords = {
  passed: (environment: string, what: string) => ({ outcome: 'passed', heading: `${environment} may take ${what}` }),
  refused: (environment: string, what: string) => ({
    outcome: 'refused',
    heading: `${environment} does not take ${what}`,
  }),
  unknown: (environment: string, what: string) => ({
    outcome: 'could not tell',
    heading: `${environment} does not take ${what} yet`,
  }),
} as const satisfies Record<VerdictRecord['verdict'], (...words: [string, string]) => Pick<Run, 'outcome' | 'heading'>>;

/** `discounts 9f3c1a2b`, without services whose image says no commit if another's does; of many services only how many. */
function namesOf(candidate: Candidate): string {
  const known = Object.values(candidate).filter(({ revision }) => revision !== '');
  const all = known.length === 0 ? Object.values(candidate) : known;
  if (all.length > 2) return `${all.length} services`;
  return all.map(({ service, revision }) => `${service} ${revision.slice(0, 8)}`.trim()).join(' and ');
}

/** What else upstream served while it was tested, and what serves again. */
function servedOf(record: RecordWithEvidence): [string, string][] {
  if (record.kind === 'taken-back') return [['Serves again', Object.values(record.to).join(', ')]];
  if (!('digests' in record) || record.digests === undefined) return [];
  const others = Object.entries(record.digests).filter(([service]) => !Object.hasOwn(record.candidate, service));
  return others.length === 0 ? [] : [['Tested beside', others.map(([name, digest]) => `${name} ${digest}`).join(', ')]];
}

function typesOf({ checks }: { checks: readonly CheckSpec[] }): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, type }) => [name, type]));
}

/** `2026-11-30 12:06:09 UTC` */
export function shownTime(at: string): string {
  return at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/, '$1 $2 UTC');
}

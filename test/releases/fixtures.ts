import type {
  AdoptedRecord,
  AgainRecord,
  ApprovalRecord,
  CutoverRecord,
  ReleaseSet,
  RetiredRecord,
  RollbackRecord,
  SwitchRecord,
  TakenBackRecord,
  TestedRecord,
  UnhealthyRecord,
  VerdictRecord,
} from '../../releases/ledger';
import type { Candidate, Gate } from '../../releases/types';
import type { WatchSettings } from '../../releases/watch';

/** A candidate of one service whose digest is made of one character. */
export function candidate(character: string): Candidate {
  return {
    discounts: {
      service: 'discounts',
      image: 'localhost:5500/discounts',
      digest: `sha256:${character.repeat(64)}`,
      revision: character.repeat(40),
    },
  };
}

/** A gate of one check on this path. */
export function gate(path: string): Gate {
  return { checks: [{ name: 'shop', type: 'http', settings: { path }, timeLimitSeconds: 30 }] };
}

export function verdict(
  of: Candidate,
  by: Gate,
  what: VerdictRecord['verdict'],
  at = '2026-01-01T00:00:00Z',
): VerdictRecord {
  return {
    kind: 'verdict',
    at,
    environment: 'production',
    upstream: 'staging',
    candidate: of,
    gate: by,
    verdict: what,
    summary: `shop: ${what}`,
    checks: [],
    evidence: 'production/x',
    seconds: 1,
  };
}

export function tested(of: Candidate, by: Gate): TestedRecord {
  const { at, environment, candidate, upstream, gate, checks, evidence, seconds } = verdict(of, by, 'passed');
  return {
    kind: 'tested',
    at,
    environment,
    candidate,
    upstream,
    gate,
    checks,
    evidence,
    seconds,
    summary: 'shop passed',
  };
}

/** Ann has approved it on the first of January, for three days. */
export function approval(of: Candidate, more: Partial<ApprovalRecord> = {}): ApprovalRecord {
  return {
    kind: 'approval',
    at: '2026-01-01T00:00:00Z',
    environment: 'production',
    candidate: of,
    by: 'ann@laptop',
    verdict: 'approved',
    person: 'drone:ann',
    reason: 'the sale begins',
    expiresAt: '2026-01-04T00:00:00Z',
    ...more,
  };
}

export function cutover(of: Candidate, environment = 'production'): CutoverRecord {
  return { kind: 'cutover', at: '2026-01-01T00:00:01Z', environment, candidate: of, releases: releasesOf(of) };
}

export function adopted(of: Candidate, environment = 'production'): AdoptedRecord {
  return { kind: 'adopted', at: '2026-01-01T00:00:01Z', environment, candidate: of, releases: releasesOf(of) };
}

/** The releases that a candidate is with the settings of these tests. */
export function releasesOf(of: Candidate): ReleaseSet {
  return Object.fromEntries(
    Object.values(of).map(({ service, digest }) => [service, `${service}-${digest.slice(-12)}:8080`]),
  );
}

const entry = (of: Candidate) => ({ at: '2026-01-01T00:00:02Z', environment: 'production', candidate: of });

export function switched(of: Candidate, from: Candidate | null, at = '2026-01-01T00:00:02Z'): SwitchRecord {
  return { kind: 'switch', ...entry(of), at, releases: releasesOf(of), from: from === null ? null : releasesOf(from) };
}

export function takenBack(of: Candidate, to: Candidate): TakenBackRecord {
  return {
    kind: 'taken-back',
    ...entry(of),
    releases: releasesOf(of),
    to: releasesOf(to),
    summary: 'discounts: too slow',
    evidence: '',
    seconds: 3,
  };
}

export function unhealthy(of: Candidate): UnhealthyRecord {
  return { kind: 'unhealthy', ...entry(of), releases: releasesOf(of), summary: 'discounts is exited (code 3)' };
}

export function rollback(to: Candidate, over: Candidate | null): RollbackRecord {
  return { kind: 'rollback', ...entry(to), over, by: 'ann@laptop' };
}

export function again(of: Candidate): AgainRecord {
  return { kind: 'again', ...entry(of), by: 'ann@laptop' };
}

export function retiredOf(of: Candidate): RetiredRecord {
  return { kind: 'retired', ...entry(of) };
}

/** How tests watch, unless they say otherwise. */
export const watchSettings: WatchSettings = {
  seconds: 30,
  minRequests: 20,
  tooLittle: 'probe',
  probePath: '/',
  maxErrorRate: 0.05,
  maxErrorRateIncrease: 0.02,
  maxLatencyFactor: 3,
};

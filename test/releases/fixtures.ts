import type { CutoverRecord, VerdictRecord } from '../../releases/ledger';
import type { Candidate, Gate } from '../../releases/types';

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

export function cutover(of: Candidate, environment = 'production'): CutoverRecord {
  return { kind: 'cutover', at: '2026-01-01T00:00:01Z', environment, candidate: of };
}

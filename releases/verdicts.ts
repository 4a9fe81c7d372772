import type { CheckSummary, Verdict } from './types';

/** What a check says, in the words of the ledger. */
export const verdictOf = { pass: 'passed', fail: 'refused', unknown: 'unknown' } as const satisfies Record<
  string,
  Verdict
>;

/**
 * One verdict from those of all checks. Anything but a clear pass is not a pass: a refusal outweighs "could not
 * tell", which outweighs a pass; no check at all is "could not tell".
 */
export function combine(checks: readonly CheckSummary[]): { verdict: Verdict; summary: string } {
  const worst =
    checks.find((check) => check.verdict === 'refused') ?? checks.find((check) => check.verdict !== 'passed');
  if (worst !== undefined) return { verdict: worst.verdict, summary: `${worst.name}: ${worst.summary}` };
  if (checks.length === 0) return { verdict: 'unknown', summary: 'no check ran' };
  return { verdict: 'passed', summary: `${checks.map((check) => check.name).join(', ')} passed` };
}

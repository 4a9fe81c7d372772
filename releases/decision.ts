import { findVerdict, lastCutover, lastPass, type LedgerRecord, type VerdictRecord } from './ledger';
import type { Candidate, Gate } from './types';

/** What an environment behind a gate does in this update. */
export interface Decision {
  /**
   * What it takes, and the gate that this has to pass or has passed; no gate for what it was switched to before it had
   * one. Undefined: nothing to take yet.
   */
  take?: { candidate: Candidate; gate?: Gate };
  /** The refusal that keeps the offered candidate out. The update reconciles `take`, says so and fails. */
  standing?: VerdictRecord;
}

/**
 * Decides what a gated environment is to run.
 *
 * The offered candidate, unless this gate has refused it: a recorded refusal is not tried again by itself. While it
 * stands, the environment keeps what it was last switched to, under the gate that let it through. So it does while
 * upstream offers nothing: an environment that gets a gate, or another upstream, goes on with what it runs.
 */
export function decide(o: {
  environment: string;
  /** What upstream has deployed; undefined before its first deployment. */
  offered: Candidate | undefined;
  gate: Gate;
  records: readonly LedgerRecord[];
}): Decision {
  if (o.offered === undefined) return { take: kept(o.records, o.environment) };
  const verdict = findVerdict(o.records, o.environment, o.offered, o.gate);
  if (verdict?.verdict !== 'refused') return { take: { candidate: o.offered, gate: o.gate } };
  return { take: kept(o.records, o.environment), standing: verdict };
}

/**
 * What an environment was last switched to, with the gate that it passed. One that had no gate then was switched to it
 * without; nothing new gets in that way, because behind a gate the ledger's cutovers are of what has passed.
 */
function kept(records: readonly LedgerRecord[], environment: string): Decision['take'] {
  const cutover = lastCutover(records, environment);
  if (cutover === undefined) return undefined;
  const pass = lastPass(records, environment, cutover.candidate);
  return pass === undefined ? { candidate: cutover.candidate } : { candidate: pass.candidate, gate: pass.gate };
}

import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import { visibleLine } from '../../base/visible';
import { evidenceIn } from '../../releases/evidence';
import type { LedgerRecord } from '../../releases/ledger';
import type { LedgerPlace } from '../../targets/place';
import { storedEvidence } from '../../targets/evidence-runs';
import type { IsKept, LedgerProblem } from './assemble';

/**
 * Records of a ledger. When it can't be read, none and why: then nothing has been decided as far as anybody can tell.
 * @param ledger undefined: there is none yet
 */
export async function recordsOf(
  ledger: LedgerPlace | undefined,
  read: (place: LedgerPlace) => Promise<LedgerRecord[]>,
): Promise<{ records: LedgerRecord[]; problem: LedgerProblem | null }> {
  try {
    return { records: ledger === undefined ? [] : await read(ledger), problem: null };
  } catch (error) {
    const { message: problem, next = sluice('doctor') } =
      error instanceof UserError ? error : new UserError(visibleLine(String(error)));
    return { records: [], problem: { problem, next } };
  }
}

/**
 * Whether evidence that these records name is still there. Where nobody can tell, it counts as if it were: who wants to see it learns why he can't.
 * @param ledger undefined: there is none yet
 */
export async function keptIn(ledger: LedgerPlace | undefined, records: readonly LedgerRecord[]): Promise<IsKept> {
  if (ledger === undefined) return () => true;
  const folders = evidenceIn(records, ledger.environment).map(({ evidence = '' }) => evidence);
  try {
    const found = await storedEvidence(ledger, folders);
    return (evidence) => found.has(evidence);
  } catch (error) {
    if (error instanceof UserError) return () => true;
    throw error;
  }
}

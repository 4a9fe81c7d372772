import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import { visibleLine } from '../../base/visible';
import type { LedgerRecord } from '../../releases/ledger';
import { readLedger } from '../../targets/ledger';
import type { LedgerPlace } from '../../targets/place';
import type { LedgerProblem } from './assemble';

/**
 * A ledger's records. When it can't be read, none and why: then nothing has been decided as far as anybody can tell.
 * @param ledger undefined: there is none yet
 */
export async function recordsOf(
  ledger: LedgerPlace | undefined,
): Promise<{ records: LedgerRecord[]; problem: LedgerProblem | null }> {
  try {
    return { records: ledger === undefined ? [] : await readLedger(ledger), problem: null };
  } catch (error) {
    const { message: problem, next = sluice('doctor') } =
      error instanceof UserError ? error : new UserError(visibleLine(String(error)));
    return { records: [], problem: { problem, next } };
  }
}

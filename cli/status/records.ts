import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import { visibleLine } from '../../base/visible';
import type { LedgerRecord } from '../../releases/ledger';
import type { LedgerPlace } from '../../targets/place';
import type { LedgerProblem } from './assemble';

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

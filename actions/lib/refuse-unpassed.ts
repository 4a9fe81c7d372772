import { sluice } from '../../base/command';
import { ActionFailed, nextLine } from '../../base/errors';
import { describeFully } from '../../releases/describe';
import type { LedgerRecord } from '../../releases/ledger';
import { isLetIn } from '../../releases/let-in';
import type { Candidate } from '../../releases/types';

/**
 * What comes before anything of an environment behind a gate is changed.
 * @param records of its ledger that count
 * @throws ActionFailed when none of them says that exactly these images may serve there
 */
export function refuseUnpassed(records: readonly LedgerRecord[], environment: string, candidate: Candidate): void {
  if (isLetIn(records, environment, candidate)) return;
  throw new ActionFailed(
    `the ledger of ${environment} has no pass of ${describeFully(candidate)}, so nothing is switched to it\n` +
      nextLine(`${sluice('history')} ${environment} --verify`),
  );
}

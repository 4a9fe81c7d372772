import { nextLine, UserError } from '../base/errors';
import { sluice } from '../base/command';
import type { EnvironmentFile } from '../config/stack';
import { whoIsAtWork } from '../pipelines/by';
import { describeFinding } from '../store/ledger/finding';
import { underLease } from '../operations/lease';
import { acceptLostEnd, lostEndOf } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import type { Call } from './call';
import { confirmed } from './change';

/** The option of `history` that asks for it. */
export const acceptOption = 'accept-lost-records';

/** @throws UserError unless an environment is named: each ledger is lost by itself */
export function refuseWithoutEnvironment(file: EnvironmentFile | undefined): asserts file is EnvironmentFile {
  if (file !== undefined) return;
  throw new UserError(`--${acceptOption} is about one environment, and none is named`, `${sluice('history')} --verify`);
}

/**
 * Goes on with a ledger whose end is lost for good, and says before what that means.
 * @param ledger with the end that the environment's state knows
 * @returns the exit code
 * @throws UserError when nothing is lost
 */
export async function acceptLostRecords(file: EnvironmentFile, ledger: LedgerPlace, call: Call): Promise<number> {
  const { environment } = ledger;
  const lost = await lostEndOf(ledger);
  const { known, found, finding } = lost;
  call.note(`the ledger of ${environment} is not the one that its state knows: ${describeFinding(finding)}`);
  const ends = found.number === 0 ? 'no record is there' : `the last one that is there is ${found.number}`;
  call.note(`the last record that its state knows is ${known.number}; ${ends}`);
  call.note('without those that are lost, every candidate is tested anew and approved anew; what runs runs on');
  if (!(await confirmed(call, `Go on with the ledger of ${environment} as it is?`))) return 1;
  const wish = { what: `${sluice('history')} ${environment} --${acceptOption}`, note: call.note };
  return underLease(file, wish, async () => {
    const head = await acceptLostEnd(ledger, lost, whoIsAtWork());
    call.say(`${environment} goes on without its lost records: record ${head.number} of its ledger says so`);
    call.note(nextLine('npm run up'));
    return 0;
  });
}

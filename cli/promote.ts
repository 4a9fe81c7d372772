import { whoIsAtWork } from '../pipelines/by';
import { appendRecord, readLedger } from '../targets/ledger';
import { UserError } from '../base/errors';
import { describe } from '../releases/history';
import { isPutBack } from '../releases/adoption';
import { lastCutover, type LedgerRecord } from '../releases/ledger';
import { isFirstInPart, type Offer } from '../releases/offer';
import type { Candidate } from '../releases/types';
import { refuseChanged } from './approve/question';
import type { Call } from './call';
import { changeLines, confirmed } from './change';
import { currentOffer, offerTo } from '../operations/offer';
import { chooseEnvironment, updateAndShow } from './one-environment';
import { mayAsk } from '../operations/prepare';
import { DeliveryStack } from '../operations/pulumi/stack';
import { tellPendingApproval } from './pending-approval';

/** Asks an environment to take what it is offered, through its gate; with `--again` also what stands refused or was rolled back. What has run there before is taken at this word, too. */
export async function run(call: Call): Promise<number> {
  const chosen = await chooseEnvironment(call);
  const { file, ledger } = chosen;
  const offer = await offerTo(file);
  const { candidate: offered } = offer;
  if (offered === undefined) {
    throw new UserError(`${file.name} is offered nothing yet`, 'npm run up');
  }
  call.note(`${file.name} is offered ${describe(offered)}:`);
  const records = await readLedger(ledger);
  const running = lastCutover(records, file.name)?.candidate ?? {};
  for (const line of changeLines(running, offered)) call.note(line);
  if (!(await confirmed(call, `Have ${file.name} take this, if its gate lets it through?`))) return 1;
  if (mayAsk(call)) refuseChanged(file.name, await currentOffer(file), offered, 'promote');
  if (call.options['again'] === true || needsWord(file.name, offer, offered, records)) {
    await appendRecord(ledger, {
      kind: 'again',
      at: new Date().toISOString(),
      environment: file.name,
      candidate: offered,
      by: whoIsAtWork(),
    });
  }
  const stack = await DeliveryStack.openOrCreate(file.name, call.note);
  const code = await updateAndShow(stack, chosen, call);
  // Nothing is wrong, but what was asked for has not happened.
  return code === 0 && (await tellPendingApproval(chosen, call.note)) ? 1 : code;
}

/** Whether what is offered is taken at somebody's word only: it has run there before, or it is a part of what the environment would begin with. */
export function needsWord(
  environment: string,
  offer: Offer,
  offered: Candidate,
  records: readonly LedgerRecord[],
): boolean {
  const runs = lastCutover(records, environment)?.candidate;
  if (runs === undefined) return isFirstInPart(offer, {}, records, environment);
  return isPutBack(records, environment, offered, runs);
}

import { whoIsAtWork } from '../pipelines/by';
import { appendRecord, readLedger } from '../targets/ledger';
import { UserError } from '../base/errors';
import { describe } from '../releases/history';
import { lastCutover } from '../releases/ledger';
import { refuseChanged } from './approve/question';
import type { Call } from './call';
import { changeLines, confirmed } from './change';
import { currentOffer } from '../operations/offer';
import { chooseEnvironment, updateAndShow } from './one-environment';
import { mayAsk } from '../operations/prepare';
import { DeliveryStack } from '../operations/pulumi/stack';
import { tellPendingApproval } from './pending-approval';

/** Asks an environment to take what it is offered, through its gate; with `--again` also what stands refused or was rolled back. */
export async function run(call: Call): Promise<number> {
  const chosen = await chooseEnvironment(call);
  const { file, ledger } = chosen;
  const offered = await currentOffer(file);
  if (offered === undefined) {
    throw new UserError(`${file.name} is offered nothing yet`, 'npm run up');
  }
  call.note(`${file.name} is offered ${describe(offered)}:`);
  const running = lastCutover(await readLedger(ledger), file.name)?.candidate ?? {};
  for (const line of changeLines(running, offered)) call.note(line);
  if (!(await confirmed(call, `Have ${file.name} take this, if its gate lets it through?`))) return 1;
  if (mayAsk(call)) refuseChanged(file.name, await currentOffer(file), offered, 'promote');
  if (call.options['again'] === true) {
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

import { whoIsAtWork } from '../pipelines/by';
import { appendRecord, readAbout } from '../targets/ledger';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { describe } from '../releases/history';
import { isPutBack } from '../releases/adoption';
import { lastCutover, type LedgerRecord } from '../releases/ledger';
import { isFirstInPart, type Offer } from '../releases/offer';
import type { Candidate } from '../releases/types';
import { refuseChanged } from './approve/question';
import type { Call } from './call';
import { changeLines, confirmed } from './change';
import { offerTo } from '../operations/offer';
import { underLease } from '../operations/lease';
import { chooseEnvironment, updateAndShow, type ChosenEnvironment } from './one-environment';
import { mayAsk } from '../operations/prepare';
import { DeliveryStack } from '../operations/pulumi/stack';
import { tellPendingApproval } from './pending-approval';

/** Asks an environment to take what it is offered, through its gate; with `--again` also what stands refused or was rolled back. What has run there before is taken at this word, too. */
export async function run(call: Call): Promise<number> {
  const chosen = await chooseEnvironment(call, 'promote');
  const { file, ledger } = chosen;
  // Nobody else waits while a person thinks.
  const seen = mayAsk(call) ? (await show(chosen, call)).offered : undefined;
  if (!(await confirmed(call, `Have ${file.name} take this, if its gate lets it through?`))) return 1;
  return underLease(file, { what: sluice('promote', file.name), note: call.note }, async (lease) => {
    const { offer, offered, records } = seen === undefined ? await show(chosen, call) : await look(chosen);
    if (seen !== undefined) refuseChanged(file.name, offered, seen, 'promote');
    if (call.options['again'] === true || needsWord(file.name, offer, offered, records)) {
      await appendRecord(ledger, {
        kind: 'again',
        at: new Date().toISOString(),
        environment: file.name,
        candidate: offered,
        by: whoIsAtWork(),
      });
    }
    const stack = await DeliveryStack.openOrCreate(file.name, call.note, lease);
    const code = await updateAndShow(stack, chosen, call);
    // Nothing is wrong, but what was asked for has not happened.
    return code === 0 && (await tellPendingApproval(chosen, call.note)) ? 1 : code;
  });
}

/** What an environment is offered now. @throws UserError when that is nothing */
async function look({ file, ledger }: ChosenEnvironment) {
  const offer = await offerTo(file);
  const { candidate: offered } = offer;
  if (offered === undefined) throw new UserError(`${file.name} is offered nothing yet`, 'npm run up');
  return { offer, offered, records: await readAbout(ledger, { candidates: [offered] }) };
}

async function show(chosen: ChosenEnvironment, { note }: Call): ReturnType<typeof look> {
  const { name } = chosen.file;
  const found = await look(chosen);
  note(`${name} is offered ${describe(found.offered)}:`);
  const running = lastCutover(found.records, name)?.candidate ?? {};
  for (const line of changeLines(running, found.offered)) note(line);
  return found;
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

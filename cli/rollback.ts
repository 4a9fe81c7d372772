import { whoIsAtWork } from '../pipelines/by';
import { appendRecord, readLedger } from '../targets/ledger';
import { nextLine, UserError } from '../base/errors';
import { sluice } from '../base/command';
import { describe } from '../releases/history';
import { lastCutover, sameCandidate } from '../releases/ledger';
import { upstreamOf } from '../config/stack';
import type { Call } from './call';
import { changeLines, confirmed } from './change';
import { currentOffer } from '../operations/offer';
import { chooseTarget, refuseGone } from '../operations/rollback-target';
import { chooseEnvironment, updateAndShow } from './one-environment';
import { DeliveryStack } from '../operations/pulumi/stack';

/**
 * Puts an environment back to a release that it has run, and keeps it there until there is a newer one. What can't be done is refused before
 * anything is written.
 */
export async function run(call: Call): Promise<number> {
  const chosen = await chooseEnvironment(call);
  const { file, ledger } = chosen;
  const stack = await DeliveryStack.open(file.name, call.note);
  if (stack === undefined) throw new UserError(`${file.name} runs nothing yet`, 'npm run up');
  const to = call.options['to'];
  const records = await readLedger(ledger);
  const target = chooseTarget(records, {
    environment: file.name,
    services: file.config.services,
    gate: upstreamOf(file) === undefined ? undefined : file.config.gate,
    ...(typeof to === 'string' ? { to } : {}),
  });
  await refuseGone(file, target);
  call.note(`${file.name} is put back to a release that it has run:`);
  const running = lastCutover(records, file.name)?.candidate ?? {};
  for (const line of changeLines(running, target)) call.note(line);
  if (!(await confirmed(call, `Put ${file.name} back to this?`))) return 1;
  const over = await currentOffer(file);
  await appendRecord(ledger, {
    kind: 'rollback',
    at: new Date().toISOString(),
    environment: file.name,
    candidate: target,
    over: over ?? null,
    by: whoIsAtWork(),
  });
  const code = await updateAndShow(stack, chosen, call);
  if (code !== 0) return code;
  const runs = lastCutover(await readLedger(ledger), file.name)?.candidate ?? {};
  if (sameCandidate(runs, target)) return 0;
  // Something newer was offered in between: it was taken, as after any rollback.
  call.note(`${file.name} was not put back: something newer came in between, and it runs ${describe(runs)}`);
  call.note(nextLine(`${sluice('rollback')} ${file.name}`));
  return 1;
}

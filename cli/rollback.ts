import { whoIsAtWork } from '../pipelines/by';
import { appendRecord, chainReader, readAbout } from '../targets/ledger';
import { nextLine, UserError } from '../base/errors';
import { sluice } from '../base/command';
import { describe } from '../releases/history';
import { lastCutover, sameCandidate } from '../releases/ledger';
import { upstreamOf } from '../config/stack';
import type { Candidate } from '../releases/types';
import type { Call } from './call';
import { changeLines, confirmed } from './change';
import { currentOffer } from '../operations/offer';
import { chooseTarget, readForTarget, refuseGone, refuseOther, type Rollback } from '../operations/rollback-target';
import { exists } from '../operations/pulumi/outputs';
import { underLease } from '../operations/lease';
import { mayAsk } from '../operations/prepare';
import { chooseEnvironment, updateAndShow, type ChosenEnvironment } from './one-environment';
import { DeliveryStack } from '../operations/pulumi/stack';

/**
 * Puts an environment back to a release that it has run, and keeps it there until there is a newer one. What can't be done is refused before
 * anything is written.
 */
export async function run(call: Call): Promise<number> {
  const chosen = await chooseEnvironment(call, 'rollback');
  const { file } = chosen;
  if (!(await exists(file.name))) throw nothingRuns(file.name);
  // Nobody else waits while a person thinks.
  const seen = mayAsk(call) ? await show(chosen, call) : undefined;
  if (!(await confirmed(call, `Put ${file.name} back to this?`))) return 1;
  return underLease(file, { what: sluice('rollback', file.name), note: call.note }, async (lease) => {
    const now = seen === undefined ? await show(chosen, call) : await look(chosen, call);
    if (seen !== undefined) refuseOther(file.name, now, seen);
    return putBack(chosen, now.to, await DeliveryStack.open(file.name, call.note, lease), call);
  });
}

function nothingRuns(environment: string): UserError {
  return new UserError(`${environment} runs nothing yet`, 'npm run up');
}

/** What it runs, and the release that it is put back to. @throws UserError when there is none, and when its images are gone */
async function look({ file, ledger }: ChosenEnvironment, { options: { to } }: Call): Promise<Rollback> {
  const wish = {
    environment: file.name,
    services: file.config.services,
    gate: upstreamOf(file) === undefined ? undefined : file.config.gate,
    ...(typeof to === 'string' ? { to } : {}),
  };
  const read = chainReader();
  const { records, ...known } = await readForTarget((subject, looks) => read(ledger, subject, looks), wish);
  const target = chooseTarget(records, { ...wish, ...known });
  await refuseGone(file, target);
  return { from: lastCutover(records, file.name)?.candidate ?? {}, to: target };
}

async function show(chosen: ChosenEnvironment, call: Call): Promise<Rollback> {
  const found = await look(chosen, call);
  call.note(`${chosen.file.name} is put back to a release that it has run:`);
  for (const line of changeLines(found.from, found.to)) call.note(line);
  return found;
}

async function putBack(
  chosen: ChosenEnvironment,
  target: Candidate,
  stack: DeliveryStack | undefined,
  call: Call,
): Promise<number> {
  const { file, ledger } = chosen;
  if (stack === undefined) throw nothingRuns(file.name);
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
  const runs = lastCutover(await readAbout(ledger, { candidates: [] }), file.name)?.candidate ?? {};
  if (sameCandidate(runs, target)) return 0;
  // Something newer was offered in between: it was taken, as after any rollback.
  call.note(`${file.name} was not put back: something newer came in between, and it runs ${describe(runs)}`);
  call.note(nextLine(`${sluice('rollback')} ${file.name}`));
  return 1;
}

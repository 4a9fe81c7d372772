import { whoIsAtWork } from '../pipelines/by';
import { appendRecord, readLedger } from '../targets/ledger';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { describe, rollbackTarget } from '../releases/history';
import { findTested, findVerdict, lastCutover, sameCandidate, type LedgerRecord } from '../releases/ledger';
import type { Candidate, Gate } from '../releases/types';
import { upstreamOf } from '../config/stack';
import type { Call } from './call';
import { changeLines, confirmed } from './change';
import { currentOffer } from '../operations/offer';
import { chooseEnvironment, updateAndShow } from './one-environment';
import { DeliveryStack } from '../operations/pulumi/stack';

/** Puts an environment back to a release that it has run, and keeps it there until there is a newer one. */
export async function run(call: Call): Promise<number> {
  const chosen = await chooseEnvironment(call);
  const { file, ledger } = chosen;
  const stack = await DeliveryStack.open(file.name, call.note);
  if (stack === undefined) throw new UserError(`${file.name} runs nothing yet`, 'npm run up');
  const to = call.options['to'];
  const records = await readLedger(ledger);
  const target = chooseTarget(records, {
    environment: file.name,
    gate: upstreamOf(file) === undefined ? undefined : file.config.gate,
    ...(typeof to === 'string' ? { to } : {}),
  });
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
  return updateAndShow(stack, chosen, call);
}

/**
 * What an environment is put back to.
 * @throws UserError when there is no such release, when it runs already, and when its gate has no pass of it on record
 */
export function chooseTarget(
  records: readonly LedgerRecord[],
  o: { environment: string; gate: Gate | undefined; to?: string },
): Candidate {
  const { environment, gate, to } = o;
  const target = rollbackTarget(records, environment, to);
  const history = `${sluice('history')} ${environment} shows what it has run`;
  if (target === undefined) {
    const gone = rollbackTarget(
      records.filter(({ kind }) => kind !== 'retired'),
      environment,
      to,
    );
    if (gone !== undefined) {
      throw new UserError(
        `${environment} no longer keeps the images of ${describe(gone)}`,
        `push that state as a new change; sluice:retain in Pulumi.${environment}.yaml says how many releases are kept`,
      );
    }
    throw new UserError(
      to === undefined
        ? `${environment} has run nothing before what it runs now`
        : `${environment} has never run a release with the digest ${to}`,
      history,
    );
  }
  const current = lastCutover(records, environment);
  if (current !== undefined && sameCandidate(current.candidate, target)) {
    throw new UserError(`${environment} runs ${describe(target)} already`, history);
  }
  if (gate !== undefined && !mayReturn(records, environment, target, gate)) {
    throw new UserError(
      `the gate of ${environment}, as it is now, has no pass of ${describe(target)} on record`,
      'name another release by --to, change the gate back, or push the older state as a new change',
    );
  }
  return target;
}

/**
 * Whether what an environment has run passes its gate of now. Nobody is asked to approve it once more: a rollback is a person's word
 * already.
 */
function mayReturn(records: readonly LedgerRecord[], environment: string, target: Candidate, gate: Gate): boolean {
  if (findVerdict(records, environment, target, gate)?.verdict === 'passed') return true;
  return gate.approval !== undefined && findTested(records, environment, target, gate) !== undefined;
}

import { whoIsAtWork } from '../engine/by';
import { appendRecord, readLedger } from '../engine/ledger';
import { UserError } from '../errors';
import { describe, rollbackTarget } from '../releases/history';
import { findVerdict, lastCutover, sameCandidate, type LedgerRecord } from '../releases/ledger';
import type { Candidate, Gate } from '../releases/types';
import { isEnvironment, named, prefixOf, readStacks, upstreamOf } from '../stacks/files';
import type { Call } from './call';
import { offeredNow } from './offered';
import { refuseWithoutRoom } from './preflight';
import { prepare } from './prepare';
import { outputsOf } from './pulumi/outputs';
import { DeliveryStack } from './pulumi/stack';
import { showServices } from './show-services';
import { updateMending } from './update';

/** Puts an environment back to a release that it has run, and keeps it there until there is a newer one. */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const [file] = named(stacks.filter(isEnvironment), call.words);
  if (file === undefined) return 2;
  refuseWithoutRoom();
  await prepare(call);
  const stack = await DeliveryStack.open(file.name, call.note);
  const ledger = `${prefixOf(stacks, file)}-ledger`;
  if (stack === undefined) throw new UserError(`${file.name} runs nothing yet`, 'npm run up');
  const to = call.options['to'];
  const target = chooseTarget(await readLedger(ledger), {
    environment: file.name,
    gate: upstreamOf(file) === undefined ? undefined : file.config.gate,
    ...(typeof to === 'string' ? { to } : {}),
  });
  const over = await offeredNow(file);
  call.note(`${file.name}: back to ${describe(target)}`);
  await appendRecord(ledger, {
    kind: 'rollback',
    at: new Date().toISOString(),
    environment: file.name,
    candidate: target,
    over: over ?? null,
    by: whoIsAtWork(),
  });
  const ok = await updateMending(stack, prefixOf(stacks, file), call);
  for (const line of showServices((await outputsOf(file.name)) ?? {})) call.say(line);
  return ok ? 0 : 1;
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
  const history = `npm run history -- ${environment} shows what it has run`;
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
  if (gate !== undefined && findVerdict(records, environment, target, gate)?.verdict !== 'passed') {
    throw new UserError(
      `the gate of ${environment}, as it is now, has no pass of ${describe(target)} on record`,
      'name another release by --to, change the gate back, or push the older state as a new change',
    );
  }
  return target;
}

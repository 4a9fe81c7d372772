import { isEnvironment } from '../config/stack';
import { readStacks } from '../config/stacks';
import { dockerSays } from '../clients/docker/words';
import type { Note } from './note';
import { nextAfterMove } from './former-engines';
import { nameScope, refuseForeignNames, withForeignHolder } from './foreign-names';
import { mend } from './mend';
import { takeLedgerAlong } from './take-along';
import { restoreEdges } from './restore-edges';
import { describeChanges, describeFailure } from './outcome';
import { retestName } from '../releases/names';
import type { DeliveryStack, Outcome } from './pulumi/stack';

/**
 * Mends what a killed run left of a stack, then brings it to what the program says, reality taken in first.
 * @returns whether it succeeded; what happened has been said
 */
export async function updateMending(
  stack: DeliveryStack,
  instance: string,
  { note }: { note: Note },
): Promise<boolean> {
  note(`${stack.name}: updating`);
  const outcome = await mendAndUpdate(stack, instance, note);
  if (!outcome.ok) {
    for (const line of describeFailure(stack.name, outcome, stack.name)) note(line);
    return false;
  }
  note(`${stack.name}: ${describeChanges(outcome.changes)}`);
  return true;
}

/**
 * Mends and updates as {@link updateMending} does, without a word about how it ended.
 * What was tested once more at somebody's word, and has passed, is taken by a second update.
 * A broken-off run's helpers can outlive it for a while: what they make after the mending is mended once more.
 */
export async function mendAndUpdate(stack: DeliveryStack, instance: string, note: Note): Promise<Outcome> {
  const outcome = await untilMended(stack, instance, note);
  if (!outcome.ok || outcome.made?.has(retestName) !== true) return outcome;
  note(`${stack.name}: what stood refused has passed; once more, to take it`);
  return untilMended(stack, instance, note);
}

async function untilMended(stack: DeliveryStack, instance: string, note: Note): Promise<Outcome> {
  const outcome = await once(stack, instance, note);
  if (outcome.ok) return outcome;
  const scope = await nameScope(stack.name, instance);
  const foreign = scope === undefined ? undefined : await withForeignHolder(outcome, stack.name, scope);
  if (foreign !== undefined) return foreign;
  // A name or a port that something has which a broken-off run is still making.
  if (!outcome.errors.some((error) => dockerSays(error, 'taken'))) return outcome;
  note(`${stack.name}: something was in the way; mending and trying once more`);
  return once(stack, instance, note);
}

async function once(stack: DeliveryStack, instance: string, note: Note): Promise<Outcome> {
  const { refreshed, formerEngines, missing } = await mend(stack, instance, note);
  const scope = await nameScope(stack.name, instance);
  if (scope !== undefined) await refuseForeignNames(stack, scope);
  await takeLedgerAlong(stack.name, formerEngines, note);
  await restoreEdges(stack.name, note);
  // Where it has been may have another address now, or be gone: a refresh would need it, what is made at the new place does not.
  const wasElsewhere = formerEngines.some(({ host }) => host !== '');
  if (missing.length > 0 && formerEngines.length === 0 && isEnvironmentStack(stack.name)) {
    note(
      `${stack.name}: ${missing.join(', ')} ${missing.length === 1 ? 'does' : 'do'} not run; first what ran last is put right`,
    );
    const repaired = await stack.up({ refresh: true, repair: true });
    if (!repaired.ok) note(`${stack.name}: that did not succeed: ${repaired.errors.join('; ')}`);
  }
  const outcome = await stack.up({ refresh: !refreshed && !wasElsewhere });
  const next = outcome.ok ? undefined : nextAfterMove(stack.name, formerEngines, outcome.errors);
  return next === undefined ? outcome : { ...outcome, next };
}

/** An environment, in which something new could be refused before what runs is put right. */
function isEnvironmentStack(stack: string): boolean {
  return readStacks().some((file) => file.name === stack && isEnvironment(file));
}

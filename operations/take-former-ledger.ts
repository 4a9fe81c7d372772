import type { EnvironmentFile, StackFile } from '../config/stack';
import { importedFrom } from '../store/ledger/content';
import { describeFormer, hasFormerLedger } from '../targets/former-ledger';
import { chainOf } from '../targets/ledger';
import type { LedgerPlace, MachinePlace } from '../targets/place';
import { formerEngines, type FormerEngine } from './former-engines';
import { underLease, type LeaseWish } from './lease';
import { engineOf, homeNow } from './machine-place';
import { DeliveryStack } from './pulumi/stack';
import { takeLedgerAlong } from './take-along';

/**
 * Before a verb reads and writes an environment's ledger outside of an update: what a version before this one has left on another machine is taken
 * over first, as an update does it. Else the verb would decide without it, and what it says would come last once it is had. Once an update by this
 * version has succeeded, the environment's state knows an end of its ledger, and there is nothing to look for.
 * @param place its ledger, with the end that its state knows
 * @param formerOf where its state has it besides
 * @throws UserError when what its machine has can't be had
 */
export async function takeFormerLedger(
  file: EnvironmentFile,
  place: LedgerPlace,
  wish: LeaseWish,
  stacks: readonly StackFile[],
  formerOf = formerEnginesOf,
): Promise<void> {
  if (place.head !== undefined) return;
  const { machine } = await homeNow(file, stacks);
  if (!machine) return;
  const former = await formerOf(file, stacks);
  if (former.length === 0 && !(await isWaiting(machine, place))) return;
  await underLease(file, wish, () => takeLedgerAlong(file.name, former, wish.note, stacks), stacks);
}

/** Whether a machine has a ledger that was not taken over. */
async function isWaiting(machine: MachinePlace, place: LedgerPlace): Promise<boolean> {
  const { imports } = await chainOf(place, { candidates: [] });
  return !imports.includes(importedFrom(describeFormer(machine).name)) && hasFormerLedger(machine);
}

async function formerEnginesOf(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<FormerEngine[]> {
  const stack = await DeliveryStack.open(file.name, () => undefined);
  if (stack === undefined) return [];
  return formerEngines(await stack.export(), (await engineOf(file, stacks))?.host);
}

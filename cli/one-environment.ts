import { sluice } from '../base/command';
import { isEnvironment, type EnvironmentFile } from '../config/stack';
import { named, prefixOf, readStacks, refuseUnsetVariables } from '../config/stacks';
import type { Call } from './call';
import type { LedgerPlace } from '../targets/place';
import { ledgerPlace } from '../operations/ledger-place';
import { refuseWithoutRoom } from '../operations/preflight';
import { refuseTakenPorts } from '../operations/preflight/ports';
import { takeFormerLedger } from '../operations/take-former-ledger';
import { prepare } from '../operations/prepare';
import { outputsOf } from '../operations/pulumi/outputs';
import type { DeliveryStack } from '../operations/pulumi/stack';
import { showServices } from './show-services';
import { updateMending } from '../operations/update';

/** The environment that a verb is about. */
export interface ChosenEnvironment {
  file: EnvironmentFile;
  /** What the names of its Docker objects begin with. */
  instance: string;
  /** Where its ledger lies. */
  ledger: LedgerPlace;
}

/**
 * The one environment that a verb names; from here on this process is able to deploy, and its ledger has what versions before this one have left.
 * @param verb as people type it
 * @param refuse throws for wrong use, before anything is installed
 * @param o.updates whether the verb updates it. @default true
 * @throws UserError for a name that is no environment's, a variable that is not set, a disk that is full, a port that somebody else has, and a former ledger that can't be had
 */
export async function chooseEnvironment(
  call: Call,
  verb: string,
  refuse?: (file: EnvironmentFile) => void,
  { updates = true }: { updates?: boolean } = {},
): Promise<ChosenEnvironment> {
  const stacks = readStacks();
  const [file] = named(stacks.filter(isEnvironment), call.words);
  if (file === undefined) throw new Error('the verb takes an environment, but was called without one');
  refuseUnsetVariables([file]);
  refuse?.(file);
  refuseWithoutRoom();
  await prepare(call);
  if (updates) await refuseTakenPorts(stacks, [file]);
  const instance = prefixOf(stacks, file);
  const ledger = await ledgerPlace(file, stacks);
  await takeFormerLedger(file, ledger, { what: sluice(verb, file.name), note: call.note }, stacks);
  return { file, instance, ledger };
}

/** Updates an environment and shows what it runs then. @returns the verb's exit code */
export async function updateAndShow(
  stack: DeliveryStack,
  { file, instance }: ChosenEnvironment,
  call: Call,
): Promise<number> {
  const ok = await updateMending(stack, instance, call);
  for (const line of showServices((await outputsOf(file.name)) ?? {})) call.say(line);
  return ok ? 0 : 1;
}

import { whoIsAtWork } from '../engine/by';
import { appendRecord } from '../engine/ledger';
import { UserError } from '../errors';
import { describe } from '../releases/history';
import { isEnvironment, named, prefixOf, readStacks } from '../stacks/files';
import type { Call } from './call';
import { offeredNow } from './offered';
import { refuseWithoutRoom } from './preflight';
import { prepare } from './prepare';
import { outputsOf } from './pulumi/outputs';
import { DeliveryStack } from './pulumi/stack';
import { showServices } from './show-services';
import { updateMending } from './update';

/** Asks an environment to take what it is offered, through its gate; with `--again` also what stands refused or was rolled back. */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const [file] = named(stacks.filter(isEnvironment), call.words);
  if (file === undefined) return 2;
  refuseWithoutRoom();
  await prepare(call);
  const offered = await offeredNow(file);
  if (offered === undefined) {
    throw new UserError(`${file.name} is offered nothing yet`, 'npm run up');
  }
  call.note(`${file.name} is offered ${describe(offered)}`);
  if (call.options['again'] === true) {
    await appendRecord(`${prefixOf(stacks, file)}-ledger`, {
      kind: 'again',
      at: new Date().toISOString(),
      environment: file.name,
      candidate: offered,
      by: whoIsAtWork(),
    });
  }
  const stack = await DeliveryStack.openOrCreate(file.name, call.note);
  const ok = await updateMending(stack, prefixOf(stacks, file), call);
  for (const line of showServices((await outputsOf(file.name)) ?? {})) call.say(line);
  return ok ? 0 : 1;
}

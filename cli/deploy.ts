import type { Call } from './call';
import { describeChanges, describeFailure } from './outcome';
import { prepare } from './prepare';
import { refuseWithoutRoom } from './preflight';
import { refuseMissingImages } from './preflight/images';
import { outputsOf } from './pulumi/outputs';
import { DeliveryStack } from './pulumi/stack';
import { pruneLeftovers } from '../pipelines/steps/builder';
import { isEnvironment, named, prefixOf, readStacks } from '../stacks/files';
import { showServices } from './show-services';

/** The pipeline's update of one environment. Its turn comes when nobody else holds the stack. */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const [environment] = named(stacks.filter(isEnvironment), call.words);
  if (environment === undefined) return 1;
  refuseWithoutRoom();
  await prepare(call);
  await refuseMissingImages(environment);
  // The seed's push starts the first pipeline before the platform's update has ended and told where everything is.
  await (await DeliveryStack.open(environment.config.platform, call.note))?.untilFree();
  const stack = await DeliveryStack.openOrCreate(environment.name, call.note);
  call.note(`${environment.name}: updating`);
  const outcome = await stack.up({ refresh: true });
  if (!outcome.ok) {
    for (const line of describeFailure(environment.name, outcome)) call.note(line);
    return 1;
  }
  call.note(`${environment.name}: ${describeChanges(outcome.changes)}`);
  // Builds have left it; their own steps can build and push only.
  await pruneLeftovers(prefixOf(stacks, environment));
  for (const line of showServices((await outputsOf(environment.name)) ?? {})) call.say(line);
  return 0;
}

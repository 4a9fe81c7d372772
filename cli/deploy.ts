import { isDeepStrictEqual } from 'node:util';
import type { Call } from './call';
import { describeChanges, describeFailure } from '../operations/outcome';
import { refuseOther } from '../operations/offer';
import { chooseConfig } from '../operations/config-of-job';
import { prepare } from '../operations/prepare';
import { retire } from '../operations/retire';
import { refuseWithoutRoom } from '../operations/preflight';
import { refuseMissingImages } from '../operations/preflight/images';
import { refuseTakenPorts } from '../operations/preflight/ports';
import { ledgerPlace } from '../operations/ledger-place';
import { outputsOf } from '../operations/pulumi/outputs';
import { DeliveryStack, type Outcome } from '../operations/pulumi/stack';
import { pruneLeftovers } from '../pipelines/steps/builder';
import { isEnvironment, upstreamOf } from '../config/stack';
import { named, prefixOf, readStacks, refuseUnsetVariables } from '../config/stacks';
import { showServices } from './show-services';
import { mendAndUpdate } from '../operations/update';
import { tellPendingApproval } from './pending-approval';

/** The pipeline's update of one environment. Its turn comes when nobody else holds the stack. */
export async function run(call: Call): Promise<number> {
  await chooseConfig(call);
  const stacks = readStacks();
  const [environment] = named(stacks.filter(isEnvironment), call.words);
  if (environment === undefined) return 1;
  refuseUnsetVariables([environment]);
  refuseWithoutRoom();
  await prepare(call);
  await refuseMissingImages(environment);
  await refuseTakenPorts(stacks, [environment]);
  // The seed's push starts the first pipeline before the platform's update has ended and told where everything is.
  await DeliveryStack.untilFree(environment.config.platform, call.note);
  const upstream = upstreamOf(environment);
  const { release } = call.options;
  if (upstream !== undefined && typeof release === 'string') await refuseOther(environment, upstream, release);
  const stack = await DeliveryStack.openOrCreate(environment.name, call.note);
  call.note(`${environment.name}: updating`);
  const instance = prefixOf(stacks, environment);
  // A pipeline's step can be killed as any other run: the next push ends what it had begun.
  const update = () => mendAndUpdate(stack, instance, call.note);
  const outcome = await (upstream === undefined
    ? update()
    : withNewest(
        update,
        () => deployedBy(upstream, call.note),
        () => {
          call.note(`${upstream} was changed meanwhile: ${environment.name} once more, with what it runs now`);
        },
      ));
  if (!outcome.ok) {
    for (const line of describeFailure(environment.name, outcome, environment.name)) call.note(line);
    return 1;
  }
  call.note(`${environment.name}: ${describeChanges(outcome.changes)}`);
  // Builds have left it; their own steps can build and push only.
  await pruneLeftovers(instance);
  await retire(environment.config.platform, call.note);
  for (const line of showServices((await outputsOf(environment.name)) ?? {})) call.say(line);
  // A person's turn is no failure of the pipeline's.
  await tellPendingApproval({ file: environment, ledger: await ledgerPlace(environment, stacks) }, call.note);
  return 0;
}

/**
 * Updates an environment, and once more when that fails and its upstream has deployed something else meanwhile: another
 * repository's pipeline was at work, and what counts is whether the environment can take what is there now.
 * @param deployed asks what upstream has deployed
 */
export async function withNewest(
  update: () => Promise<Outcome>,
  deployed: () => Promise<unknown>,
  again: () => void,
): Promise<Outcome> {
  let before = await deployed();
  for (;;) {
    const outcome = await update();
    if (outcome.ok) return outcome;
    const now = await deployed();
    if (isDeepStrictEqual(now, before)) return outcome;
    before = now;
    again();
  }
}

/** What an environment has deployed, once nobody is at work on it. */
async function deployedBy(environment: string, note: Call['note']): Promise<unknown> {
  await DeliveryStack.untilFree(environment, note);
  return (await outputsOf(environment))?.['deployed'];
}

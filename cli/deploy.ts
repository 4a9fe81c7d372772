import { isDeepStrictEqual } from 'node:util';
import { sluice } from '../base/command';
import type { Call } from './call';
import { describeChanges, describeFailure } from '../operations/outcome';
import { refuseOther } from '../operations/offer';
import { chooseConfig, chooseConfigAgain } from '../operations/config-of-job';
import { prepare } from '../operations/prepare';
import { retainEvidence } from '../operations/retain-evidence';
import { retire } from '../operations/retire';
import { refuseWithoutRoom } from '../operations/preflight';
import { refuseMissingImages } from '../operations/preflight/images';
import { refuseTakenPorts } from '../operations/preflight/ports';
import { underLease, untilFree, type LeaseWish } from '../operations/lease';
import { ledgerPlace } from '../operations/ledger-place';
import { outputsOf } from '../operations/pulumi/outputs';
import { DeliveryStack, type Outcome } from '../operations/pulumi/stack';
import { pruneLeftovers } from '../pipelines/steps/builder';
import { isEnvironment, upstreamOf } from '../config/stack';
import { named, prefixOf, readStacks, refuseUnsetVariables } from '../config/stacks';
import { showServices } from './show-services';
import { mendAndUpdate } from '../operations/update';
import { tellPendingApproval } from './pending-approval';

/** The pipeline's update of one environment. Its turn comes when nobody else has the environment's lease. */
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
  const wish = { what: sluice('deploy', environment.name), note: call.note };
  for (const file of stacks.filter(({ name }) => name === environment.config.platform)) await untilFree(file, wish);
  const upstream = upstreamOf(environment);
  let { release } = call.options;
  const instance = prefixOf(stacks, environment);
  // A pipeline's step can be killed as any other run: the next push ends what it had begun.
  const update = () =>
    underLease(environment, wish, async (lease) => {
      await chooseConfigAgain(call);
      const stacksNow = readStacks();
      const [now = environment] = named(stacksNow.filter(isEnvironment), call.words);
      if (upstream !== undefined && typeof release === 'string') await refuseOther(now, upstream, release);
      // What comes once more is what upstream runs by then.
      release = undefined;
      const stack = await DeliveryStack.openOrCreate(environment.name, call.note, lease);
      call.note(`${environment.name}: updating`);
      const outcome = await mendAndUpdate(stack, instance, call.note);
      if (outcome.ok) await retainEvidence(now, stacksNow, lease, call.note);
      return outcome;
    });
  const outcome = await (upstream === undefined
    ? update()
    : withNewest(
        update,
        () => deployedBy(upstream, wish),
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
  await retire(environment.config.platform, wish);
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

/** What an environment has deployed, once nobody is at work on it. Nobody waits for that while he has a lease himself. */
async function deployedBy(environment: string, wish: LeaseWish): Promise<unknown> {
  for (const file of readStacks().filter(({ name }) => name === environment)) await untilFree(file, wish);
  return (await outputsOf(environment))?.['deployed'];
}

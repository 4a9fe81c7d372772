import type { Call } from './call';
import { describeChanges, describeFailure } from '../operations/outcome';
import { prepare } from '../operations/prepare';
import { changeLines, releasesIn, renewedIn, type CommitOf } from './preview/services';
import { platformAt } from '../operations/platform';
import { outputsOf } from '../operations/pulumi/outputs';
import { DeliveryStack } from '../operations/pulumi/stack';
import { RegistryClient } from '../clients/registry/client';
import { commitOf } from '../releases/names';
import { clientOptions } from '../clients/registry/place';
import { servicesOf } from './show-services';
import { isEnvironment, type StackFile } from '../config/stack';
import { named, readStacks, refuseUnsetVariables } from '../config/stacks';

/** Shows what up would change, stack by stack: first the services, then Pulumi's own text. */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const chosen = named(stacks, call.words);
  refuseUnsetVariables(chosen);
  await prepare(call);
  let ok = true;
  for (const file of chosen) {
    const stack = await DeliveryStack.open(file.name, call.note);
    if (stack === undefined) {
      call.say(`${file.name}: not there yet; npm run up makes it`);
      continue;
    }
    const outcome = await stack.preview({ diff: call.options['diff'] === true });
    call.say(`${file.name}: ${outcome.ok ? describeChanges(outcome.changes) : 'no preview'}`);
    if (isEnvironment(file)) {
      const running = servicesOf((await outputsOf(file.name)) ?? {});
      const lines = await changeLines(
        running,
        releasesIn(outcome.events),
        await commits(stacks, file),
        renewedIn(outcome.events),
      );
      for (const line of lines) call.say(line);
    }
    call.say(outcome.text.trimEnd(), { painted: true });
    call.say('');
    if (outcome.ok) continue;
    ok = false;
    for (const line of describeFailure(`the preview of ${file.name}`, outcome)) call.note(line);
  }
  return ok ? 0 : 1;
}

/** Asks the platform's registry which commit an image was built from. */
async function commits(stacks: readonly StackFile[], file: StackFile): Promise<CommitOf> {
  const name = isEnvironment(file) ? file.config.platform : '';
  const owner = stacks.find((each) => each.name === name);
  const platform = owner === undefined ? undefined : await platformAt(owner.name);
  if (platform === undefined) return () => Promise.resolve({});
  const registry = new RegistryClient(clientOptions(platform.registry, platform.registryLogins.pull));
  return async (repository, digest) => {
    return commitOf(await registry.labels(repository, digest, 'any'));
  };
}

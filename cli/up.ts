import { duration } from '../toolchain/progress';
import type { Call } from './call';
import { DroneClient } from './drone/client';
import { buildUrl, settle } from './drone/follow';
import { showAddresses } from './addresses';
import { updateMending } from './update';
import { platformAt, slugOf } from './platform';
import { preflight, refuseWithoutRoom } from './preflight';
import { prepare } from './prepare';
import { DeliveryStack } from './pulumi/stack';
import { isEnvironment, named, prefixOf, readStacks, type StackFile } from '../stacks/files';

/** Brings everything up, or mends it. */
export async function run(call: Call): Promise<number> {
  const began = Date.now();
  const stacks = readStacks();
  const chosen = named(stacks, call.words);
  refuseWithoutRoom();
  await prepare(call);
  await preflight(stacks, chosen);

  let ok = true;
  for (const file of chosen.filter((each) => !isEnvironment(each))) {
    if (!(await updateMending(await DeliveryStack.openOrCreate(file.name, call.note), prefixOf(stacks, file), call))) {
      return 1;
    }
    if (call.words.length === 0) ok = (await settlePipelines(file, call)) && ok;
  }
  for (const file of chosen.filter(isEnvironment)) {
    const stack = ok
      ? await DeliveryStack.openOrCreate(file.name, call.note)
      : await DeliveryStack.open(file.name, call.note);
    if (stack === undefined) {
      call.note(`${file.name}: nothing to deploy yet`);
      continue;
    }
    ok = (await updateMending(stack, prefixOf(stacks, file), call)) && ok;
  }
  for (const line of await showAddresses(chosen)) call.say(line);
  call.note(`${ok ? 'done' : 'not everything succeeded'}, ${duration((Date.now() - began) / 1000)}`);
  return ok ? 0 : 1;
}

/** Waits for the pipelines that a platform's repositories have under way. A failed first pipeline is a failure. */
async function settlePipelines({ name, config }: StackFile, call: Call): Promise<boolean> {
  const platform = await platformAt(name);
  if (platform === undefined || config.role !== 'platform') return false;
  const client = new DroneClient(platform.drone.url, platform.droneLogin.token);
  let ok = true;
  for (const [repository, { cloneUrl }] of Object.entries(platform.repositories)) {
    const slug = slugOf(cloneUrl);
    const build = await settle(client, slug, config.repositories[repository]?.branch ?? 'main', call.note);
    if (build === undefined || build.status === 'success') continue;
    ok = false;
    call.note(
      `${slug}: pipeline ${build.number} ended as ${build.status}: ${buildUrl(platform.drone.url, slug, build)}`,
    );
  }
  return ok;
}

import { keepImages } from '../base/found-images';
import { sluice } from '../base/command';
import { duration } from '../toolchain/progress';
import type { Call } from './call';
import { endBrokenOff } from '../operations/drone/broken-off';
import { DroneClient, hasEnded } from '../clients/drone/client';
import { buildUrl, settle } from '../operations/drone/follow';
import { showAddresses } from './addresses';
import { repositoryAt } from '../clients/registry/address';
import { RegistryClient } from '../clients/registry/client';
import { clientOptions } from '../clients/registry/place';
import { updateMending } from '../operations/update';
import { hasServers, platformAt, slugOf } from '../operations/platform';
import { refuseForeignNamesOf } from '../operations/foreign-names';
import { preflight, refuseWithoutRoom } from '../operations/preflight';
import { prepare } from '../operations/prepare';
import { underLease } from '../operations/lease';
import { ledgerAccess, ledgerPlace } from '../operations/ledger-place';
import { ownStore } from '../operations/own-store';
import { recordStackFiles } from '../operations/stack-files';
import { readyStores } from '../operations/ready-stores';
import { retainEvidence } from '../operations/retain-evidence';
import { retire } from '../operations/retire';
import { isPlatform } from '../operations/store-now';
import { DeliveryStack } from '../operations/pulumi/stack';
import { tellPendingApproval } from './pending-approval';
import { isEnvironment, type StackFile } from '../config/stack';
import { named, prefixOf, readStacks, refuseUnsetVariables } from '../config/stacks';
import { routeOf } from '../stacks/route';

/** Brings everything up, or mends it. */
export async function run(call: Call): Promise<number> {
  const began = performance.now();
  const stacks = readStacks();
  const chosen = named(stacks, call.words);
  refuseUnsetVariables(chosen);
  refuseWithoutRoom();
  await prepare(call);
  await preflight(stacks, chosen);
  await refuseForeignNamesOf(chosen, stacks, call.note);
  await readyStores(chosen, stacks, call.note);

  const wish = { what: sluice('up'), note: call.note };
  let ok = true;
  for (const file of chosen.filter((each) => !isEnvironment(each))) {
    const isUp = await underLease(file, wish, async (lease) => {
      // Whoever was waited for may have made the store his own meanwhile.
      if (isPlatform(file)) await ownStore(file, stacks);
      const stack = await DeliveryStack.openOrCreate(file.name, call.note, lease);
      if (!(await updateMending(stack, prefixOf(stacks, file), call))) return false;
      keepImages();
      await lease.check();
      if (isPlatform(file)) await ownStore(file, stacks);
      await recordStackFiles(file.name, stacks, await ledgerAccess(file.name));
      return true;
    });
    if (!isUp) return 1;
    // No lease is held here: pipelines take those of their environments.
    if (call.words.length === 0) ok = (await settlePipelines(file, stacks, call)) && ok;
  }
  for (const file of chosen.filter(isEnvironment)) {
    const may = ok;
    ok = await underLease(file, wish, async (lease) => {
      const stack = may
        ? await DeliveryStack.openOrCreate(file.name, call.note, lease)
        : await DeliveryStack.open(file.name, call.note, lease);
      if (stack !== undefined) {
        const isUp = (await updateMending(stack, prefixOf(stacks, file), call)) && may;
        if (isUp) await retainEvidence(file, stacks, lease, call.note);
        return isUp;
      }
      call.note(`${file.name}: nothing to deploy yet`);
      return may;
    });
  }
  const platforms = new Set(chosen.map((file) => (isEnvironment(file) ? file.config.platform : file.name)));
  // What stack files that could not be brought up say of retention removes nothing.
  for (const name of ok ? platforms : []) await retire(name, wish);
  for (const file of ok ? chosen.filter(isEnvironment) : []) {
    await tellPendingApproval({ file, ledger: await ledgerPlace(file, stacks) }, call.note);
  }
  for (const line of await showAddresses(chosen)) call.say(line);
  call.note(`${ok ? 'done' : 'not everything succeeded'}, ${duration((performance.now() - began) / 1000)}`);
  return ok ? 0 : 1;
}

/**
 * Waits for the pipelines that a platform's repositories have under way, and runs those again that were broken off; a channel that is new gets what was built last.
 * A failed first pipeline is a failure.
 */
async function settlePipelines(
  { name, config }: StackFile,
  stacks: readonly StackFile[],
  call: Call,
): Promise<boolean> {
  const platform = await platformAt(name);
  if (platform === undefined || config.role !== 'platform') return false;
  if (!hasServers(platform)) {
    call.note(
      `${name}: pipelines run elsewhere (${platform.ci ?? ''}); this updates the environments to what they have pushed`,
    );
    return true;
  }
  const client = new DroneClient(platform.drone.url, platform.droneLogin.token);
  const registry = new RegistryClient(clientOptions(platform.registry, platform.registryLogins.pull));
  const repositories = Object.entries(platform.repositories).map(([name, { cloneUrl }]) => {
    const branch = config.repositories[name]?.branch ?? 'main';
    return { name, slug: slugOf(cloneUrl), branch, channels: routeOf(name, branch, stacks).channels };
  });
  for (const { slug } of repositories) {
    await endBrokenOff(client, slug, { instance: platform.instance, drone: platform.drone.url }, call.note);
  }
  // While one is followed, others end: that is news all the same.
  const before = await Promise.all(repositories.map(({ slug, branch }) => client.newest(slug, branch)));
  let ok = true;
  for (const [index, { name: repository, slug, branch, channels }] of repositories.entries()) {
    const newest = before[index];
    const build = await settle(client, slug, branch, call.note, {
      ended: newest !== undefined && hasEnded(newest.status) ? newest.number : undefined,
      emptyChannels: () => emptyChannels(registry, repositoryAt(platform.registry.address, repository), channels),
    });
    if (build === undefined || build.status === 'success') continue;
    ok = false;
    call.note(
      `${slug}: pipeline ${build.number} ended as ${build.status}: ${buildUrl(platform.drone.url, slug, build)}`,
    );
  }
  return ok;
}

/** Those of a repository's channels that hold no image of it. */
async function emptyChannels(
  registry: Pick<RegistryClient, 'find'>,
  repository: string,
  channels: readonly string[],
): Promise<string[]> {
  const found = await Promise.all(channels.map((channel) => registry.find(repository, channel)));
  return channels.filter((_, index) => found[index] === undefined);
}

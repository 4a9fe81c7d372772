import { sluice } from '../base/command';
import { nextLine, UserError } from '../base/errors';
import { docker } from '../clients/docker/docker';
import { dataVolumes, volumesThere } from '../operations/destroy/data';
import { destroyAll } from '../operations/destroy/everything';
import { forgetHome } from '../operations/destroy/home';
import { forgetLeases, forgetLedgers, ledgersGoing, platformsGoing } from '../operations/destroy/ledgers';
import { environmentsThere, forgetLedger, scopeThere, type RemoteEnvironment } from '../operations/destroy/machines';
import { savePlatform, type GoingPlatform } from '../operations/destroy/save';
import { findOurs, kinds, remove, type OwnObject, type Scope } from '../operations/destroy/sweep';
import type { Call } from './call';
import { changeLines, confirmed } from './change';
import { leasePlaces, underLeases, type StackLease } from '../operations/lease';
import { mend } from '../operations/mend';
import { describeFailure } from '../operations/outcome';
import { platformAt } from '../operations/platform';
import { prepare } from '../operations/prepare';
import { outputsOf } from '../operations/pulumi/outputs';
import { DeliveryStack } from '../operations/pulumi/stack';
import { servicesOf } from './show-services';
import { externalServerOf } from '../pipelines/kinds';
import { isEnvironment, type StackFile } from '../config/stack';
import { named, prefixOf, readStacks } from '../config/stacks';
import type { LedgerPlace } from '../targets/place';

/** Saves what people may miss, then takes everything away that up made. */
export async function run(call: Call): Promise<number> {
  const stacks = readStacks();
  const chosen = named(stacks, call.words);
  refuseHalfPlatform(stacks, chosen);
  await prepare(call);
  for (const file of chosen) await tellGoing(file, call);
  if (!(await confirmed(call, `Take down ${chosen.map(({ name }) => name).join(', ')}?`))) return 1;

  const places = await leasePlaces(chosen, stacks);
  const wish = { what: sluice('destroy'), note: call.note };
  const taken = await underLeases(chosen, wish, (leases) => takeAllDown(chosen, stacks, leases, call), stacks);
  if (taken === undefined) return 1;
  // Leases lie there until they are given back.
  const going = chosen.filter((file) => goesWithPlatform(file, chosen)).map(({ name }) => name);
  const held = await forgetLeases(places.filter(({ environment }) => going.includes(environment)));
  for (const line of held) call.note(`${line}: what it needs stays there`);
  if (held.length === 0) {
    for (const each of taken.there.filter(({ isLast }) => isLast)) await forgetLedger(each);
    if (chosen.length === stacks.length) for (const file of forgetHome()) call.note(`removed ${file}`);
  }
  if (call.options['toolchain'] === true) {
    const { forget } = await import('../toolchain');
    for (const line of await forget()) call.note(`still there: ${line}`);
  }
  return taken.ok ? 0 : 1;
}

/** Whether nothing of a stack is to stay: it is a platform, or an environment that goes with its own. */
function goesWithPlatform(file: StackFile, chosen: readonly StackFile[]): boolean {
  return !isEnvironment(file) || chosen.some(({ name }) => name === file.config.platform);
}

/** @returns undefined when something is still there */
async function takeAllDown(
  chosen: readonly StackFile[],
  stacks: readonly StackFile[],
  leases: (stack: string) => StackLease,
  call: Call,
): Promise<{ ok: boolean; there: RemoteEnvironment[] } | undefined> {
  let ok = true;
  const there = await environmentsThere(chosen, stacks);
  const scopes = [
    ...(await scopesOf(stacks, chosen)),
    ...(await Promise.all(there.map((each) => scopeThere(each, stacks)))),
  ];
  const before = (await Promise.all(scopes.map(findOurs))).flat();
  const ledgers = await ledgersGoing(chosen, stacks);
  const platforms = await platformsGoing(chosen);
  for (const file of chosen.filter((each) => !isEnvironment(each))) {
    const isOwn = ({ environment }: LedgerPlace): boolean =>
      chosen.some((each) => each.name === environment && isEnvironment(each) && each.config.platform === file.name);
    const going = { name: file.name, instance: prefixOf(stacks, file), ledgers: ledgers.filter(isOwn) };
    ok = (await save(going, call)) && ok;
  }
  if (!ok) return undefined;
  await stopPipelines(chosen, stacks);
  for (const file of [...chosen].reverse()) {
    ok = (await takeDown(file, prefixOf(stacks, file), leases(file.name), call)) && ok;
  }
  for (const { name } of chosen) await leases(name).check();
  const removed = await sweep(scopes, before, call);
  // While something is still there, the state is the only record of it.
  if (!removed) return undefined;
  const here = chosen.filter((file) => there.every((each) => each.file !== file));
  tellData(await volumesThere(dataVolumes(here, stacks)), call);
  for (const { file, place } of there) {
    tellData(await volumesThere(dataVolumes([file], stacks), { host: place.ssh }), call, place.ssh.host);
  }
  for (const name of await forgetLedgers([...ledgers, ...platforms])) {
    call.say(`kept, since it is another platform's: what belongs to ${name}`);
  }
  for (const each of there.filter(({ isLast }) => isLast)) call.say(`removed ${await forgetLedger(each)}`);
  for (const { name } of [...chosen].reverse()) {
    await (await DeliveryStack.open(name, call.note, leases(name)))?.remove();
  }
  return { ok, there };
}

/** Shows what a stack runs, which will be gone. */
async function tellGoing({ name, config }: StackFile, call: Call): Promise<void> {
  const outputs = await outputsOf(name);
  if (outputs === undefined) {
    call.note(`${name}: nothing of it was brought up`);
    return;
  }
  if (config.role === 'platform') {
    const own = externalServerOf(config.ci) === undefined ? Object.keys(config.repositories) : [];
    call.note(`${name} goes${own.length === 0 ? '' : `, with the repositories ${own.join(', ')}`}`);
    return;
  }
  call.note(`${name} goes:`);
  const running = Object.entries(servicesOf(outputs)).map(
    ([service, output]) => [service, { ...output, service }] as const,
  );
  for (const line of changeLines(Object.fromEntries(running), {})) call.note(line);
}

/** @param machine where they are; empty: on this one */
function tellData(volumes: readonly string[], call: Call, machine = ''): void {
  if (volumes.length === 0) return;
  const where = machine === '' ? '' : ` on ${machine}`;
  call.say(`kept, since nothing else has the data of services${where}: ${volumes.join(', ')}`);
  call.say(`  to remove it${where}: docker volume rm ${volumes.join(' ')}`);
}

/** An environment needs its platform to be taken down in order. */
function refuseHalfPlatform(stacks: readonly StackFile[], chosen: readonly StackFile[]): void {
  for (const platform of chosen.filter((each) => !isEnvironment(each))) {
    const left = stacks.filter(
      (each) => isEnvironment(each) && each.config.platform === platform.name && !chosen.includes(each),
    );
    if (left.length === 0) continue;
    const names = left.map(({ name }) => name);
    throw new UserError(
      `${platform.name} can't go before ${names.join(' and ')}, which live on it`,
      `${sluice('destroy')} ${[...names, platform.name].join(' ')}`,
    );
  }
}

/** Saves what people may miss of a platform. @returns whether destroy may go on; a no has been said */
async function save(going: GoingPlatform, call: Call): Promise<boolean> {
  if (call.options['without-backup'] === true) return true;
  try {
    const saved = await savePlatform(going, call.note);
    if (saved !== undefined) call.say(saved);
    return true;
  } catch (error) {
    call.note(`what people may miss can't be saved: ${error instanceof Error ? error.message : String(error)}`);
    call.note(nextLine(`npm run up, which mends the platform; or ${sluice('destroy')} --without-backup`));
    return false;
  }
}

/** What belongs to the chosen stacks in the engine, per platform. */
async function scopesOf(stacks: readonly StackFile[], chosen: readonly StackFile[]): Promise<Scope[]> {
  const scopes: Scope[] = [];
  for (const instance of new Set(chosen.map((file) => prefixOf(stacks, file)))) {
    const platform = chosen.find((file) => !isEnvironment(file) && prefixOf(stacks, file) === instance);
    if (platform?.config.role !== 'platform') {
      scopes.push({ instance, stacks: chosen.map(({ name }) => name) });
      continue;
    }
    const outputs = await platformAt(platform.name);
    scopes.push({
      instance,
      // Another registry than the platform's own has images of others.
      images:
        platform.config.registry === 'embedded'
          ? { registry: outputs?.registry.address ?? `localhost:${platform.config.registryPort}` }
          : {},
      ...(externalServerOf(platform.config.ci) === undefined
        ? { drone: new URL(outputs?.drone?.url ?? `http://localhost:${platform.config.dronePort}`).host }
        : {}),
    });
  }
  return scopes;
}

/** A pipeline under way must not bring back what is taken down. */
async function stopPipelines(chosen: readonly StackFile[], stacks: readonly StackFile[]): Promise<void> {
  for (const file of chosen.filter((each) => !isEnvironment(each))) {
    await docker(['stop', '--time', '5', `${prefixOf(stacks, file)}-runner`], { allowFailure: true });
  }
}

/**
 * What a killed run left is mended first: a container that no state knows would keep its volume and network in use. What
 * Pulumi can't take down (the engine lost it, say) the sweep will; the state goes either way.
 */
async function takeDown(file: StackFile, instance: string, lease: StackLease, call: Call): Promise<boolean> {
  const stack = await DeliveryStack.open(file.name, call.note, lease);
  if (stack === undefined) return true;
  call.note(`${file.name}: taking down`);
  await mend(stack, instance, call.note);
  const outcome = await destroyAll(stack);
  if (!outcome.ok) for (const line of describeFailure(`taking down ${file.name}`, outcome)) call.note(line);
  return outcome.ok;
}

/** Removes what is left of ours and says what is gone altogether, as the engine has it. */
async function sweep(scopes: readonly Scope[], before: readonly OwnObject[], call: Call): Promise<boolean> {
  for (const scope of scopes) await remove(await findOurs(scope));
  const left = (await Promise.all(scopes.map(findOurs))).flat();
  for (const kind of kinds) {
    const gone = before.filter((each) => each.kind === kind && !left.some((still) => still.id === each.id));
    if (gone.length > 0) call.say(`removed ${gone.length} ${kind}${gone.length === 1 ? '' : 's'}`);
    // Nameless images are a builder's cache: their number is enough.
    for (const { name } of gone.filter(({ name }) => !name.startsWith('sha256:'))) call.say(`  ${name}`);
  }
  for (const { kind, name } of left) call.note(`still there: ${kind} ${name}`);
  return left.length === 0;
}

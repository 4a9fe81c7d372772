import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerError, engineName, type OnEngine } from '../../clients/docker/docker';
import { publishedPorts, type PublishedPort } from '../../clients/docker/published';
import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import { collide, portsOf, type WantedPort } from '../../config/rules/ports';
import { isEnvironment, type StackFile } from '../../config/stack';
import { prefixOf } from '../../config/stacks';
import { engineOf } from '../machine-place';
import { isLocalEngine } from './local-engine';
import { listenerOn, type Listener } from './listener';
import { isTakenOnEngine } from './tried-port';

/** A wanted port and who has it. */
interface TakenPort {
  wanted: WantedPort;
  holder: { container: PublishedPort } | { listener: Listener };
}

/** Who listens on a port; undefined when nobody does. @param machine one that is not the platform's */
export type ListenerLookup = (address: string, port: number, machine?: string) => Promise<Listener | undefined>;

/**
 * Refuses to begin when a port that is about to be published is somebody else's.
 * @param chosen the stacks that are about to be updated, in order
 * @throws UserError that says who has it; nothing has been changed then
 */
export async function refuseTakenPorts(stacks: readonly StackFile[], chosen: readonly StackFile[]): Promise<void> {
  const engines = await enginesOf(stacks, chosen);
  const listening = await lookupFor(engines, chosen[0] === undefined ? 'sluice' : prefixOf(stacks, chosen[0]));
  for (let look = 1; ; look += 1) {
    try {
      await refuseTaken(stacks, chosen, await allPublished(engines), listening);
      return;
    } catch (error) {
      if (look === looks) throw error;
      await sleep(pauseMilliseconds);
    }
  }
}

// An engine listens on a port a moment before it tells of the container: another run of ours may be at work.
const looks = 3;
const pauseMilliseconds = 700;

/** The same with what was found as arguments. */
export async function refuseTaken(
  stacks: readonly StackFile[],
  chosen: readonly StackFile[],
  ports: readonly PublishedPort[],
  listening: ListenerLookup,
): Promise<void> {
  const taken: TakenPort[] = [];
  for (const [index, stack] of chosen.entries()) {
    const ours = chosen.slice(0, index + 1).map(stackLabel);
    for (const wanted of portsOf(stack, stacks)) {
      const container = ports.find((each) => collide(each, wanted));
      if (container !== undefined) {
        if (!isOurs(container, prefixOf(stacks, stack), ours)) taken.push({ wanted, holder: { container } });
        continue;
      }
      const listener = await listening(wanted.bind, wanted.port, wanted.machine);
      if (listener !== undefined) taken.push({ wanted, holder: { listener } });
    }
  }
  const [first] = taken;
  if (first !== undefined) throw new UserError(taken.map(tellTaken).join('\n'), nextFor(first, stacks));
}

/** The label `sluice.stack` of what a stack makes: a platform's parts call theirs so whatever its name. */
function stackLabel({ name, config }: StackFile): string {
  return config.role === 'platform' ? 'platform' : name;
}

/** Held by a container that this very update keeps, or has given up by the time that the port is needed. */
function isOurs(container: PublishedPort, instance: string, ours: readonly string[]): boolean {
  return container.instance === instance && ours.includes(container.stack);
}

/** `port 3000 is taken by container shop (image nginx:1)`. */
function tellTaken({ wanted, holder }: TakenPort): string {
  const who =
    'container' in holder
      ? `container ${holder.container.container} (image ${holder.container.image})`
      : tellListener(holder.listener);
  return `port ${wanted.port} (${wanted.key}) is taken by ${who}`;
}

function tellListener({ process, pid }: Listener): string {
  return process === undefined ? 'another program' : `process ${process} (pid ${pid ?? '?'})`;
}

function nextFor({ wanted, holder }: TakenPort, stacks: readonly StackFile[]): string {
  const change = `set ${wanted.key} in Pulumi.${wanted.stack}.yaml to a free port`;
  if (!('container' in holder)) return `${change}, or stop that program`;
  const { container, instance, stack } = holder.container;
  const owner = stacks.find((each) => stackLabel(each) === stack);
  // The files agree with each other, so an environment of ours that still has the port is about to give it up.
  if (owner !== undefined && instance === prefixOf(stacks, owner))
    return `${sluice('up')} ${owner.name}, which gives it up`;
  return `${change}, or: docker stop ${container}`;
}

/** The engines of other machines that these stacks are on, by name. */
async function enginesOf(
  stacks: readonly StackFile[],
  chosen: readonly StackFile[],
): Promise<ReadonlyMap<string, OnEngine>> {
  const machines = new Map<string, OnEngine>();
  for (const file of chosen.filter(isEnvironment)) {
    const on = await engineOf(file, stacks);
    const machine = engineName(on ?? {});
    if (on !== undefined && machine !== '') machines.set(machine, on);
  }
  return machines;
}

/** What this machine's engine and these publish. */
async function allPublished(engines: ReadonlyMap<string, OnEngine>): Promise<PublishedPort[]> {
  const there = [...engines].map(async ([machine, on]) =>
    (await publishedPorts(on).catch(noEngine(on))).map((port) => ({ ...port, machine })),
  );
  return (await Promise.all([publishedPorts({}), ...there])).flat();
}

/**
 * Who listens on a port that no container publishes. Where this process does not see the engine's ports, on another machine and in a
 * pipeline's step, the engine tries to publish it.
 * @param engines of other machines
 * @param instance what the names of containers begin with
 */
async function lookupFor(engines: ReadonlyMap<string, OnEngine>, instance: string): Promise<ListenerLookup> {
  const isLocal = await isLocalEngine();
  const isSeen = isLocal && !fs.existsSync('/.dockerenv');
  return async (address, port, machine) => {
    const listener = isLocal && !machine ? await listenerOn(address, port) : undefined;
    if (listener !== undefined || (isSeen && !machine)) return listener;
    const on = machine ? engines.get(machine) : {};
    return on !== undefined && (await isTakenOnEngine(on, address, port, instance)) ? {} : undefined;
  };
}

/** That a machine which is reached has no engine for this account. */
export function noEngine({ host }: OnEngine): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof DockerError) || !host) throw error;
    const said = error.result.stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(
      `${host.user} can't use the Docker engine of ${host.host}: ${said}`,
      'install Docker there, or let the account use it (usermod -aG docker ACCOUNT); then npm run up',
    );
  };
}

import type { EngineEvent } from '@pulumi/pulumi/automation';
import { sluice } from '../base/command';
import { UserError } from '../base/errors';
import { visibleLine } from '../base/visible';
import type { OnEngine } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { holderOf, objectsNamed, type NamedObject, type NameHolder } from '../clients/docker/named-objects';
import { dockerSays } from '../clients/docker/words';
import { isEnvironment, type StackFile } from '../config/stack';
import { prefixOf, readStacks } from '../config/stacks';
import { engineOf } from './machine-place';
import type { Note } from './note';
import { DeliveryStack, type Outcome } from './pulumi/stack';

/** A stack, as far as its wanted names are looked for. */
type Previewed = Pick<DeliveryStack, 'name' | 'preview'>;

/** Where a stack's names are, and how they begin. */
export interface NameScope {
  /** What the names of all objects of this Sluice begin with. */
  instance: string;
  /** What those of this stack begin with; a `-` follows, or nothing. */
  beginning: string;
  on: OnEngine;
}

/** The same of a stack as its file says; undefined where we make no objects. */
export async function nameScope(name: string, instance: string): Promise<NameScope | undefined> {
  const stacks = readStacks();
  const file = stacks.find((each) => each.name === name);
  const on = file === undefined ? undefined : await engineOf(file, stacks);
  if (file === undefined || on === undefined) return undefined;
  return { instance, beginning: isEnvironment(file) ? `${instance}-${name}` : instance, on };
}

/**
 * {@link refuseForeignNames} for all stacks that are about to be updated, before the first is. One that is not there yet is looked at in its turn.
 * @throws UserError
 */
export async function refuseForeignNamesOf(
  chosen: readonly StackFile[],
  stacks: readonly StackFile[],
  note: Note,
): Promise<void> {
  for (const file of chosen) {
    const stack = await DeliveryStack.open(file.name, note);
    const scope = await nameScope(file.name, prefixOf(stacks, file));
    if (stack !== undefined && scope !== undefined) await refuseForeignNames(stack, scope);
  }
}

/**
 * Refuses to begin when something that is none of this Sluice's has a name that the stack needs: an engine gives no container and no network
 * a name twice, and would hand a foreign volume over with all that is in it. The names are asked of Pulumi, and only when there is
 * something foreign that might be in the way.
 * @throws UserError that says who has the name, and what to type; nothing has been changed then
 */
export async function refuseForeignNames(stack: Previewed, scope: NameScope): Promise<void> {
  const foreign = await foreignObjects(scope);
  if (foreign.length === 0) return;
  const { events } = await stack.preview({ diff: false });
  const wanted = wantedNames(events);
  const holders = await holdersOf(
    // What the state knows is ours, whatever its labels: a volume that was taken over once, say.
    foreign.filter(({ kind, id, name }) => wanted.has(`${kind} ${name}`) && wanted.get(`${kind} ${name}`) !== id),
    scope,
  );
  if (holders.length === 0) return;
  throw new UserError(holders.map(tellHolder).join('\n'), nextFor(stack.name, holders));
}

/** What an engine has under names like ours that is not ours. */
async function foreignObjects({ instance, beginning, on }: NameScope): Promise<NamedObject[]> {
  const all = await objectsNamed(beginning, on);
  return all.filter(
    (each) =>
      each.instance !== instance &&
      !isOfAnother(each, instance) &&
      (each.name === beginning || each.name.startsWith(`${beginning}-`)),
  );
}

/** Whether it is another Sluice's whose prefix only begins like ours: its names are its own. */
function isOfAnother({ name, instance: other }: NamedObject, instance: string): boolean {
  return other.startsWith(`${instance}-`) && name.startsWith(`${other}-`);
}

const kinds: Readonly<Record<string, NamedObject['kind']>> = {
  'docker:index/container:Container': 'container',
  'docker:index/network:Network': 'network',
  'docker:index/volume:Volume': 'volume',
};

/** What a preview's events say that there is to be: `container sluice-git` and so on, each with the id that the state knows it by. */
export function wantedNames(events: readonly EngineEvent[]): Map<string, string | undefined> {
  return new Map(
    events.flatMap(({ resourcePreEvent }): [string, string | undefined][] => {
      const { op = 'delete', type = '', old, new: wanted } = resourcePreEvent?.metadata ?? {};
      const name: unknown = wanted?.inputs['name'];
      const kind = kinds[type];
      if (kind === undefined || op.startsWith('delete') || typeof name !== 'string') return [];
      return [[`${kind} ${name}`, old?.id]];
    }),
  );
}

async function holdersOf(objects: readonly NamedObject[], { on }: Pick<NameScope, 'on'>): Promise<NameHolder[]> {
  const found = await Promise.all(objects.map((object) => holderOf(object, on)));
  return found.filter((holder) => holder !== undefined);
}

/** `the name sluice-git is taken by a container that is not of this Sluice: image nginx:1, of the compose project blog, since 2026-01-01T…` */
export function tellHolder({ kind, name, labels: own, since, image, isRunning, instance }: NameHolder): string {
  const project = own['com.docker.compose.project'];
  const sluice = instance === '' ? undefined : `of the Sluice ${instance}, stack ${own[labels.stack] ?? 'unknown'}`;
  const known = [
    image === undefined ? undefined : `image ${image}`,
    isRunning === undefined ? undefined : isRunning ? 'running' : 'not running',
    project === undefined ? undefined : `of the compose project ${project}`,
    sluice,
    since === '' ? undefined : `since ${since.replace(/\.\d+/, '')}`,
  ].filter((each) => each !== undefined);
  return `the name ${name} is taken by a ${kind} that is not of this Sluice: ${visibleLine(known.join(', '))}`;
}

function nextFor(stack: string, holders: readonly NameHolder[]): string {
  const ways = holders.map(({ kind, name }) => {
    if (kind === 'container') return `docker rename ${name} ANOTHER-NAME, or docker rm --force ${name}`;
    return `docker ${kind} rm ${name}`;
  });
  return `if it may go: ${ways.join('; ')}; then ${sluice('up')} ${stack}. If it has to stay, give this Sluice another sluice:prefix`;
}

/**
 * The same of an update that an engine has ended because of a name: something foreign has come in between.
 * @returns undefined when it ended for another reason
 */
export async function withForeignHolder(
  outcome: Outcome,
  stack: string,
  scope: NameScope,
): Promise<Outcome | undefined> {
  const told = outcome.errors.filter((error) => dockerSays(error, 'taken')).join('\n');
  if (outcome.ok || told === '') return undefined;
  const foreign = (await foreignObjects(scope)).filter(({ name }) => mentions(told, name));
  const holders = await holdersOf(foreign, scope);
  if (holders.length === 0) return undefined;
  return { ...outcome, errors: [...outcome.errors, ...holders.map(tellHolder)], next: nextFor(stack, holders) };
}

/** Whether a text has a name as a whole word, and not as the beginning of another. */
function mentions(text: string, name: string): boolean {
  return text.split(/[^\w.-]+/).some((word) => word.replace(/\.$/, '') === name);
}

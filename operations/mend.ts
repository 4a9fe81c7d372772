import type { Deployment } from '@pulumi/pulumi/automation';
import { docker, listContainers, type OnEngine } from '../clients/docker/docker';
import { labels, withLabels } from '../clients/docker/labels';
import { readStacks } from '../config/stacks';
import type { Note } from './note';
import { formerEngines, type FormerEngine } from './former-engines';
import { engineOf } from './machine-place';
import type { DeliveryStack } from './pulumi/stack';
import { hasPending, resourcesOf } from './pulumi/state';

/** A container or network in the engine that carries a stack's labels. */
export interface StackObject {
  kind: 'container' | 'network';
  id: string;
  name: string;
  role: string;
  /** Of a container that does not run: when it ended, or was made and never started. */
  restsSince?: Date;
}

/** Longer than whoever started a check takes to fetch its evidence and remove it. */
const checkPatienceMilliseconds = 120_000;

const containerType = 'docker:index/container:Container';

const types: ReadonlySet<string | undefined> = new Set([containerType, 'docker:index/network:Network']);

/** Ids of the containers and networks that the state knows. (A volume's id is its name, which a container may share.) */
export function knownIds(deployment: Deployment): Set<string> {
  const ours = resourcesOf(deployment).filter(({ type }) => types.has(type));
  return new Set(ours.flatMap(({ id }) => (id === undefined || id === '' ? [] : [id])));
}

/**
 * What a killed run made and no state knows: it would end the next update in "name already in use".
 * Containers first, since a network with containers can't be removed. Check containers are no resources: they end by
 * themselves, and one that has ended goes when nobody has fetched its evidence for two minutes. Volumes hold data and are
 * adopted by name: they stay.
 */
export function leftovers(found: readonly StackObject[], known: ReadonlySet<string>, now: Date): StackObject[] {
  const isForgotten = ({ restsSince }: StackObject): boolean =>
    restsSince !== undefined && now.getTime() - restsSince.getTime() > checkPatienceMilliseconds;
  const unknown = found.filter((each) => (each.role === 'check' ? isForgotten(each) : !known.has(each.id)));
  return [...unknown.filter(({ kind }) => kind === 'container'), ...unknown.filter(({ kind }) => kind === 'network')];
}

/**
 * Names of the containers that people count on and that do not run: edges, and what the stack's last successful update has deployed. What was set
 * aside since, because it did badly, is none of them.
 * @param found what the engine has of the stack
 */
export function missingContainers(deployment: Deployment, found: readonly StackObject[]): string[] {
  const running = new Set(found.filter(({ restsSince }) => restsSince === undefined).map(({ id }) => id));
  const resources = resourcesOf(deployment);
  const { deployed } = resources.find(({ type }) => type === 'pulumi:pulumi:Stack')?.outputs ?? {};
  const wanted = new Set(Object.values((deployed as Partial<Deployed> | null | undefined)?.containers ?? {}));
  return resources.flatMap(({ type, id = '', inputs }) => {
    if (type !== containerType || id === '' || running.has(id)) return [];
    const { name, labels: own = [] } = (inputs ?? {}) as { name?: string; labels?: { label: string; value: string }[] };
    const isEdge = own.some(({ label, value }) => label === labels.role && value === 'edge');
    return name !== undefined && (isEdge || wanted.has(name)) ? [name] : [];
  });
}

/** What an environment's stack publishes of its deployment, as far as it is used here. */
interface Deployed {
  /** Name by service. */
  containers: Readonly<Record<string, string>>;
}

/** What is known of a stack after it has been mended. */
export interface MendResult {
  /** See {@link missingContainers}. */
  missing: readonly string[];
  /** Whether its state has just been refreshed. */
  refreshed: boolean;
  /** Where its state has it besides, if it has moved. */
  formerEngines: readonly FormerEngine[];
}

/** The engine that has a stack's containers and networks; undefined where none has. */
async function engineFor(stack: string): Promise<OnEngine | undefined> {
  const stacks = readStacks();
  const file = stacks.find(({ name }) => name === stack);
  return file === undefined ? {} : engineOf(file, stacks);
}

/** The containers and networks of a stack in an engine. */
async function findObjects(instance: string, stack: string, on: OnEngine): Promise<StackObject[]> {
  const of = [`${labels.instance}=${instance}`, `${labels.stack}=${stack}`];
  const containers = (await listContainers(of, on)).map(({ Id, Name, Config, Created, State }): StackObject => ({
    kind: 'container',
    id: Id,
    name: Name.replace(/^\//, ''),
    role: Config.Labels?.[labels.role] ?? '',
    ...(State.Running ? {} : { restsSince: later(Created, State.FinishedAt) }),
  }));
  const format = `{{.ID}}\t{{.Name}}\t{{.Label "${labels.role}"}}`;
  const { stdout } = await docker(['network', 'ls', '--no-trunc', '--format', format, ...withLabels(of)], on);
  const networks = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): StackObject => {
      const [id = '', name = '', role = ''] = line.split('\t');
      return { kind: 'network', id, name, role };
    });
  return [...containers, ...networks];
}

/** The later of two times; a container that has not been started ended in the year 1. */
function later(one: string, other: string): Date {
  return new Date(Math.max(Date.parse(one), Date.parse(other)));
}

/**
 * Mends what a killed run left of a stack, so that an update can follow: a dead lock, objects that no state knows,
 * creations that never ended. Its lease says that nobody is making them just now.
 */
export async function mend(stack: DeliveryStack, instance: string, note: Note): Promise<MendResult> {
  const sweep = async (): Promise<{ pending: boolean; former: FormerEngine[]; missing: string[] }> => {
    const deployment = await stack.export();
    const on = await engineFor(stack.name);
    const found = on === undefined ? [] : await findObjects(instance, stack.name, on);
    for (const { kind, id, name } of leftovers(found, knownIds(deployment), new Date())) {
      await stack.check();
      note(`${stack.name}: removing ${kind} ${name}, which a broken-off run left`);
      await docker(kind === 'container' ? ['rm', '--force', '--volumes', id] : ['network', 'rm', id], {
        ...on,
        allowFailure: true,
      });
    }
    return {
      pending: hasPending(deployment),
      former: formerEngines(deployment, on?.host),
      missing: on === undefined ? [] : missingContainers(deployment, found),
    };
  };
  const { pending, former, missing } = await stack.alone(sweep);
  if (!pending) return { refreshed: false, formerEngines: former, missing };
  note(`${stack.name}: clearing operations that were broken off`);
  return { refreshed: (await stack.refresh()).ok, formerEngines: former, missing };
}

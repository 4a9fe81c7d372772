import { containerAt, inspectContainer } from '../../clients/docker/docker';
import { healthOf, lastWords, untilHealthy } from '../../clients/docker/healthy';
import { appendRecord } from '../../targets/ledger';
import { evidenceCommand } from '../../releases/evidence';
import type { ReleaseSet } from '../../releases/ledger';
import { ActionFailed, nextLine } from '../../base/errors';
import { note as say } from '../../base/terminal';
import { unanswering, type Asking, type Unanswering } from './answers';
import { entryOf, evidenceFolder, type CutoverOfTarget } from './cutover-target';
import { keepPage } from './keep-page';
import { setAside } from './set-aside';

/** A service that is not well, and what to do where that is known. */
export type Ill = Omit<Unanswering, 'next'> & { next?: string };

/**
 * Waits until the containers of what changes are healthy and answer. What stays as it is may be ill: what changes may be what mends it.
 * @returns the first that is not well
 */
export async function illAmong(input: CutoverOfTarget, changed: CutoverOfTarget['routes']): Promise<Ill | undefined> {
  return (await firstIll(input, changed)) ?? (await unanswering(askingOf(input), changed));
}

/**
 * Records a new release that is not well, and takes its container away: the next update makes it anew.
 * @throws ActionFailed always
 */
export async function refuseUnhealthy(input: CutoverOfTarget, releases: ReleaseSet, ill: Ill): Promise<never> {
  const { service, container, problem } = ill;
  const at = containerAt(container, input.target.on);
  const words = await lastWords(at);
  const evidence = evidenceFolder(input, 'unhealthy');
  const summary = `${service} is ${problem}`;
  const record = { kind: 'unhealthy', ...entryOf(input, releases), summary, evidence } as const;
  await appendRecord(input.ledger, record);
  await setAside(at, { ledger: input.ledger, evidence, service, say });
  await keepPage(input, record);
  throw failure(input, ill, words, 'push a change that becomes healthy; to try it once more: npm run up', evidence);
}

/**
 * Waits until what is to serve on is healthy, as far as it was made anew. What has served all the time and is ill is only told: nothing else
 * can serve in its place, and this update does not change it.
 * @param unserved services that their edges send no requests to yet; those without an edge are waited for as well
 * @throws ActionFailed for the first that is not
 */
export async function awaitServing(input: CutoverOfTarget, unserved: readonly string[]): Promise<void> {
  const isAwaited = ({ service, direct }: (typeof input.routes)[number]): boolean =>
    direct === true || unserved.includes(service);
  const [awaited, others] = [input.routes.filter(isAwaited), input.routes.filter((route) => !isAwaited(route))];
  for (const { service, container } of others) {
    const { state, is } = healthOf(await inspectContainer(containerAt(container, input.target.on)));
    if (state === 'ill') say(`${service}: ${container} is ${is}; this update does not change it`);
  }
  const ill = await firstIll(input, awaited);
  if (ill === undefined) return;
  const words = await lastWords(containerAt(ill.container, input.target.on));
  throw failure(input, ill, words, 'npm run up');
}

/** Services whose containers their edges do not send requests to. */
export async function unservedIn({ edges, network, routes, target }: CutoverOfTarget): Promise<string[]> {
  const states = await edges.states();
  const found = await Promise.all(
    routes.map(async ({ service, container }) => {
      const own = await inspectContainer(containerAt(container, target.on));
      const address = own?.NetworkSettings.Networks[network]?.IPAddress ?? '';
      const isServed = states.some((state) => state.service === service && state.ready && state.address === address);
      return isServed ? [] : [service];
    }),
  );
  return found.flat();
}

/** How an environment's releases are asked. */
export function askingOf({ target: { on }, watch: { probePath: path }, edges, ...input }: CutoverOfTarget): Asking {
  return { ...input, edgeOf: edges.of, on, path };
}

async function firstIll(input: CutoverOfTarget, routes: CutoverOfTarget['routes']): Promise<Ill | undefined> {
  const problems = await Promise.all(
    routes.map(async ({ service, container, healthySeconds }): Promise<Ill | undefined> => {
      const problem = await untilHealthy(containerAt(container, input.target.on), healthySeconds);
      return problem === undefined ? undefined : { service, container, problem };
    }),
  );
  return problems.find((each) => each !== undefined);
}

/** @param evidence the folder with what it left */
function failure(
  { environment }: CutoverOfTarget,
  ill: Ill,
  words: readonly string[],
  next: string,
  evidence?: string,
): ActionFailed {
  return new ActionFailed(
    [
      `${ill.service}: ${ill.container} is ${ill.problem}; the edge of ${environment} stays where it is`,
      ...(words.length === 0 ? [] : ['  its last words:', ...words.map((line) => `    ${line}`)]),
      ...(evidence === undefined ? [] : [`  evidence: ${evidenceCommand(environment, evidence)}`]),
      nextLine(ill.next ?? next),
    ].join('\n'),
  );
}

import { containerAt, docker, inspectContainer, type OnEngine } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { publishedPorts, type PublishedPort } from '../clients/docker/published';
import { fillVolume } from '../clients/edge/configure';
import { edgeOf } from '../clients/edge/edge';
import type { Route } from '../clients/edge/haproxy';
import { targetOf } from '../targets/target';
import type { ActionInput, ActionOutput } from './contract';
import { lastRoutes, statesAt } from './lib/last-routes';

type Input = ActionInput<'prepare-edges'>;

/**
 * Makes ready for an environment's edges before their containers are made: what a new one serves from its first moment on lies in its volume,
 * and no other edge of the environment has its port any more. An edge that is there is left alone.
 */
export default async function prepareEdges({
  places,
  ledger: access,
  ...input
}: Input): Promise<ActionOutput<'prepare-edges'>> {
  const { instance, environment, edge, image, services } = input;
  const { on, ledger } = targetOf(input, access, places?.own);
  const there = await Promise.all(
    services.map(({ service }) => inspectContainer(containerAt(edgeOf(edge, service), on))),
  );
  const missing = services.filter((_, index) => there[index] === undefined);
  const inTheWay = await edgesInTheWay(input, on);
  if (missing.length > 0) {
    const names = missing.map(({ service }) => service);
    const routes = await lastRoutes({ instance, environment, edge, ledger, on }, names);
    const of = { instance, stack: environment };
    const ofServices = inTheWay.filter(({ container }) => container !== edge);
    await Promise.all(
      missing.map(async ({ service, volume, config, port }) => {
        const route = routes[service] ?? (await routeAt(port, ofServices, on));
        await fillVolume({ volume, image, config, route, of }, on);
      }),
    );
  }
  // Last of all, since nobody is answered on these ports until the new edges run.
  const stopped = [...new Set(inTheWay.map(({ container }) => container))];
  await makeWay(stopped, on);
  return { stopped };
}

/** An edge that has a port. */
type Holder = Pick<PublishedPort, 'container' | 'port'>;

/** Those edges of the environment that have a port which another one is to have, and a former version's, which has them all. */
async function edgesInTheWay(
  { instance, environment, edge, services }: Omit<Input, 'ledger'>,
  on: OnEngine,
): Promise<Holder[]> {
  const published = await publishedPorts(on, [
    `${labels.instance}=${instance}`,
    `${labels.stack}=${environment}`,
    `${labels.role}=edge`,
  ]);
  return published.filter(
    ({ container, port }) =>
      container === edge ||
      services.some((wanted) => wanted.port === port && container !== edgeOf(edge, wanted.service)),
  );
}

/**
 * Where those who come to a port are served from now: a service that has never been served, and gets the port of another one, goes on with
 * that until its own first release. A service with another name is one of these.
 */
async function routeAt(port: number, holders: readonly Holder[], on: OnEngine): Promise<Route | undefined> {
  const holder = holders.find((each) => each.port === port);
  if (holder === undefined) return undefined;
  const serving = (await statesAt(containerAt(holder.container, on))).find(({ ready }) => ready);
  return serving && { container: serving.container, port: serving.port };
}

/** Stops edges, and keeps the engine from starting them again. Their resources remove them. */
async function makeWay(containers: readonly string[], on: OnEngine): Promise<void> {
  if (containers.length === 0) return;
  await docker(['update', '--restart', 'no', ...containers], { ...on, timeoutSeconds: 60 });
  // At once: whoever comes while it ends what it had is answered by nobody.
  await docker(['kill', ...containers], { ...on, timeoutSeconds: 60 });
}

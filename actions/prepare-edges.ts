import { containerAt, docker, inspectContainer, type OnEngine } from '../clients/docker/docker';
import { labels } from '../clients/docker/labels';
import { publishedPorts } from '../clients/docker/published';
import { fillVolume } from '../clients/edge/configure';
import { edgeOf } from '../clients/edge/edge';
import { targetOf } from '../targets/target';
import type { ActionInput, ActionOutput } from './contract';
import { lastRoutes } from './lib/last-routes';

type Input = ActionInput<'prepare-edges'>;

/**
 * Makes ready for an environment's edges before their containers are made: what a new one serves from its first moment on lies in its volume,
 * and no other edge of the environment has its port any more. An edge that is there is left alone.
 */
export default async function prepareEdges({ places, ...input }: Input): Promise<ActionOutput<'prepare-edges'>> {
  const { instance, environment, edge, image, services } = input;
  const { on, ledger } = targetOf(input, places?.own);
  const there = await Promise.all(
    services.map(({ service }) => inspectContainer(containerAt(edgeOf(edge, service), on))),
  );
  const missing = services.filter((_, index) => there[index] === undefined);
  if (missing.length > 0) {
    const names = missing.map(({ service }) => service);
    const routes = await lastRoutes({ instance, environment, edge, ledger, on }, names);
    const of = { instance, stack: environment };
    await Promise.all(
      missing.map(({ service, volume, config }) =>
        fillVolume({ volume, image, config, route: routes[service], of }, on),
      ),
    );
  }
  // Last of all, since nobody is answered on these ports until the new edges run.
  return { stopped: await makeWay(input, on) };
}

/** Stops those edges of the environment that have a port which another one is to have, and a former version's, which has them all. */
async function makeWay({ instance, environment, edge, services }: Input, on: OnEngine): Promise<string[]> {
  const published = await publishedPorts(on, [
    `${labels.instance}=${instance}`,
    `${labels.stack}=${environment}`,
    `${labels.role}=edge`,
  ]);
  const isInTheWay = ({ container, port }: { container: string; port: number }): boolean =>
    container === edge || services.some((wanted) => wanted.port === port && container !== edgeOf(edge, wanted.service));
  const stopped = [...new Set(published.filter(isInTheWay).map(({ container }) => container))];
  if (stopped.length === 0) return [];
  // The engine's restart would bring it back. Its resource removes it.
  await docker(['update', '--restart', 'no', ...stopped], { ...on, timeoutSeconds: 60 });
  // At once: whoever comes while it ends what it had is answered by nobody.
  await docker(['kill', ...stopped], { ...on, timeoutSeconds: 60 });
  return stopped;
}

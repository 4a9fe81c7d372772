import { containerAt, inspectContainer, type OnEngine } from '../../clients/docker/docker';
import type { ServiceRoute, SwitchRoute } from '../../clients/edge/edge';
import { healthOf } from '../../clients/docker/healthy';
import type { ReleaseSet } from '../../releases/ledger';

/** A route, and the release that its container is. */
export interface ReleaseRoute extends ServiceRoute {
  /** `discounts-3f2a91c0d4e5` */
  release: string;
  /** The former container was gone before this one came: there is no way back to it. */
  recreate: boolean;
  /** Seconds in which it has to become healthy. */
  healthySeconds: number;
}

/** Whose containers they are. */
interface Of {
  instance: string;
  environment: string;
}

/** What the ledger calls these routes. */
export function releasesOf(routes: readonly ReleaseRoute[]): ReleaseSet {
  return Object.fromEntries(routes.map(({ service, release, port }) => [service, `${release}:${port}`]));
}

/**
 * The container of a release.
 * @param release as the ledger has it: `discounts-3f2a91c0d4e5:8080`
 */
export function containerOf({ instance, environment }: Of, release: string): { container: string; port: number } {
  const [name = '', port = ''] = release.split(':');
  return { container: `${instance}-${environment}-${name}`, port: Number(port) };
}

/**
 * Routes to what served before; undefined when a container that would have to serve again is no longer there as it was. What stays the same
 * on both sides may be ill. A service that is new has nothing to go back to: it is left out.
 */
export async function wayBack(
  input: Of & { routes: readonly ReleaseRoute[] },
  from: ReleaseSet,
  on: OnEngine,
): Promise<SwitchRoute[] | undefined> {
  const former = input.routes.filter(({ service }) => from[service] !== undefined);
  const changed = former.filter((route) => from[route.service] !== `${route.release}:${route.port}`);
  if (former.length === 0 || changed.some(({ recreate }) => recreate)) return undefined;
  const back = former.map((route): SwitchRoute => {
    const { service, container, port, direct } = route;
    const own = { service, ...(direct === true && { direct }) };
    if (changed.includes(route)) return { ...own, ...containerOf(input, from[service] ?? '') };
    return { ...own, container, port, mayRest: true };
  });
  const returning = back.filter(({ mayRest }) => mayRest !== true);
  const containers = await Promise.all(returning.map(({ container }) => inspectContainer(containerAt(container, on))));
  return containers.every((each) => healthOf(each).state === 'healthy') ? back : undefined;
}

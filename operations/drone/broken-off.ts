import { docker, listContainers } from '../../clients/docker/docker';
import { labels, withLabels } from '../../clients/docker/labels';
import { kinds, remove, type OwnObject } from '../destroy/sweep';
import { hasEnded, type DroneBuild, type DroneClient } from '../../clients/drone/client';

/** When each runner that runs now was started, by the name under which it takes builds. */
export type Runners = ReadonlyMap<string, Date>;

/**
 * Whether a runner was killed while it worked on this build: it has been started anew since it took it. A runner does not
 * take up what it had; Drone itself would wait for it, and with it all later pushes of the repository, for hours.
 * A runner that is not known here counts as at work.
 */
export function isBrokenOff(build: DroneBuild, runners: Runners): boolean {
  return (build.stages ?? [])
    .filter(({ status }) => !hasEnded(status))
    .some(({ machine = '', started = 0, updated = 0 }) => {
      const since = runners.get(machine);
      const taken = Math.max(started, updated);
      // Drone's times are whole seconds: what it took in the second in which it was started may be its own.
      return since !== undefined && taken > 0 && (taken + 1) * 1000 <= since.getTime();
    });
}

/**
 * Ends a repository's builds that were broken off when their runner was killed, and removes what their steps left.
 * @param o.instance whose runners are looked at
 * @param o.drone Drone's address, which its runner labels with what it makes
 */
export async function endBrokenOff(
  client: DroneClient,
  slug: string,
  o: { instance: string; drone: string },
  note: (line: string) => void,
): Promise<void> {
  const open = (await client.builds(slug)).filter(({ status }) => !hasEnded(status));
  if (open.length === 0) return;
  const runners = await runnersOf(o.instance);
  for (const { number } of open) {
    if (!isBrokenOff(await client.build(slug, number), runners)) continue;
    note(`${slug}: ending build ${number}: its runner was killed, and works on it no longer`);
    await client.cancel(slug, number);
    await remove(await leftBy(slug, number, new URL(o.drone).host));
  }
}

async function runnersOf(instance: string): Promise<Runners> {
  const runners = await listContainers([`${labels.instance}=${instance}`, `${labels.role}=runner`]);
  return new Map(runners.map(({ Name, State }) => [Name.replace(/^\//, ''), new Date(State.StartedAt)]));
}

/** What the steps of a build left in the engine. */
async function leftBy(slug: string, build: number, host: string): Promise<OwnObject[]> {
  const of = [`io.drone.system.host=${host}`, `io.drone.repo.slug=${slug}`, `io.drone.build.number=${build}`];
  const found = kinds
    .filter((kind) => kind !== 'image')
    .map(async (kind): Promise<OwnObject[]> => {
      const all = kind === 'container' ? ['--all'] : [];
      const { stdout } = await docker([kind, 'ls', '--quiet', ...all, ...withLabels(of)]);
      return stdout
        .split('\n')
        .filter((id) => id !== '')
        .map((id) => ({ kind, id, name: id }));
    });
  return (await Promise.all(found)).flat();
}

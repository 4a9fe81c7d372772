import { UserError } from '../base/errors';
import { digestIn } from './compose-image';
import type { ServedRelease } from '../releases/served';
import { docker, listContainers, type ContainerInfo } from '../clients/docker/docker';
import { healthOf } from '../clients/docker/healthy';
import type { MachinePlace } from './place';
import { quoted, sshBytes } from '../clients/ssh/ssh';
import { badLine } from '../base/utf8';

/** What runs of a service in a compose project. */
export interface ComposeRunning {
  container: string;
  /** As the file names it: `registry.example.com/shop/api:1.4@sha256:…`. */
  image: string;
  /** `sha256:…` of its image in the registry; empty when it can't be told. */
  digest: string;
  /** Its own and those of its image. */
  labels: Readonly<Record<string, string>>;
  /** Container id and start time. */
  instance: string;
  /** It runs, and its health check, when it has one, passes. */
  healthy: boolean;
}

/** A compose project as it is now. */
export interface ComposeLook {
  /** The text of its `docker-compose.yml`. */
  text: string;
  /** The first line of that file with a byte that is no UTF-8, if there is one: then the text is not what lies there. */
  badLine?: number;
  /** By service; absent for one that has no container. */
  running: Record<string, ComposeRunning>;
  /** The network in which its services find each other; undefined while nothing runs. */
  network: string | undefined;
}

const projectLabel = 'com.docker.compose.project';
const serviceLabel = 'com.docker.compose.service';

/**
 * Looks at a compose project.
 * @throws UserError when the machine, the folder or the file in it can't be reached
 */
export async function lookAt({ ssh: host, folder }: MachinePlace): Promise<ComposeLook> {
  const [inside, file] = [quoted(folder), quoted(`${folder}/docker-compose.yml`)];
  const { result, stdout } = await sshBytes(host, `cd ${inside} && pwd -P && cat ${file}`);
  const { code, stderr } = result;
  if (code !== 0) {
    throw new UserError(
      `${host.host} has no ${folder}/docker-compose.yml that ${host.user} may read: ${stderr.trim()}`,
      'write it there, once, with each service and an image; or correct sluice:target.folder',
    );
  }
  const end = stdout.indexOf('\n');
  const bytes = stdout.subarray(end + 1);
  const line = badLine(bytes);
  const folders = new Set([folder, stdout.subarray(0, end).toString('utf8')]);
  const found = await Promise.all(
    [...folders].map((each) => listContainers([`com.docker.compose.project.working_dir=${each}`], { host })),
  );
  const containers = found.flat().filter(({ Config }) => Config.Labels?.['com.docker.compose.oneoff'] !== 'True');
  const digests = await digestsOf(host, containers);
  const running: Record<string, ComposeRunning> = {};
  for (const container of containers) {
    const service = container.Config.Labels?.[serviceLabel];
    if (service === undefined) continue;
    const known = digests.get(container.Image) ?? [];
    const named = digestIn(container.Config.Image);
    const only = known.length === 1 ? (known[0] ?? '') : '';
    running[service] = {
      container: container.Name.replace(/^\//, ''),
      image: container.Config.Image,
      labels: container.Config.Labels ?? {},
      digest: known.includes(named) ? named : only,
      instance: `${container.Id} ${container.State.StartedAt}`,
      healthy: isHealthy(container),
    };
  }
  const text = bytes.toString('utf8');
  return { text, ...(line === undefined ? {} : { badLine: line }), running, network: networkOf(containers) };
}

/** What a compose project serves, by service, as a gate asks it. */
export function servedBy(
  { running }: ComposeLook,
  services: readonly string[],
): Record<string, ServedRelease | undefined> {
  return Object.fromEntries(
    services.map((service) => {
      const own = running[service];
      return [service, own?.healthy === true ? { digest: own.digest, instance: own.instance } : undefined];
    }),
  );
}

/** A service without a health check is taken for healthy while it runs: its file says no more of it. */
function isHealthy(container: ContainerInfo): boolean {
  const { State: state } = container;
  return state.Health === undefined
    ? state.Running && state.Restarting !== true
    : healthOf(container).state === 'healthy';
}

function networkOf(containers: readonly ContainerInfo[]): string | undefined {
  const networks = containers.flatMap(({ NetworkSettings }) => Object.keys(NetworkSettings.Networks));
  const project = containers[0]?.Config.Labels?.[projectLabel];
  return networks.find((network) => network === `${project ?? ''}_default`) ?? networks[0];
}

/** Digests by image id: an image may have been pulled from several repositories. */
async function digestsOf(
  host: MachinePlace['ssh'],
  containers: readonly ContainerInfo[],
): Promise<Map<string, string[]>> {
  const ids = [...new Set(containers.map(({ Image }) => Image))];
  if (ids.length === 0) return new Map();
  const { stdout } = await docker(['image', 'inspect', ...ids], { host, allowFailure: true });
  const images = JSON.parse(stdout || '[]') as { Id: string; RepoDigests: string[] | null }[];
  return new Map(
    images.map(({ Id, RepoDigests }) => [Id, [...new Set((RepoDigests ?? []).map((name) => digestIn(name)))]]),
  );
}

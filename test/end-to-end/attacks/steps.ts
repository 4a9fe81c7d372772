import { docker, listContainers } from '../../../clients/docker/docker';
import { ports } from '../isolate';

/** What a step's container is given. */
export interface StepContainer {
  /** Type and place of each mount. */
  mounts: string[];
  networks: string[];
  privileged: boolean;
}

/** Looks at the containers of builds while they run, until it is ended. */
export function watchSteps(): { end(): Promise<ReadonlyMap<string, StepContainer>> } {
  const seen = new Map<string, StepContainer>();
  let going = true;
  const look = async (): Promise<void> => {
    while (going) {
      for (const { Id, Config, NetworkSettings } of await listContainers([
        `io.drone.system.host=localhost:${ports.drone}`,
      ])) {
        const variable = (Config.Env ?? []).find((entry) => entry.startsWith('DRONE_STEP_NAME='));
        const name = variable?.slice('DRONE_STEP_NAME='.length) ?? '';
        const networks = Object.keys(NetworkSettings.Networks);
        const before = seen.get(name);
        if (before !== undefined && before.networks.length >= networks.length) continue;
        const format = '{{json .Mounts}}\t{{.HostConfig.Privileged}}';
        const { stdout, code } = await docker(['inspect', '--format', format, Id], { allowFailure: true });
        if (code !== 0) continue;
        const [mounts = '[]', privileged] = stdout.trim().split('\t');
        const places = (JSON.parse(mounts) as { Type: string; Destination: string }[]).map(
          ({ Type, Destination }) => `${Type} ${Destination}`,
        );
        seen.set(name, { mounts: places, networks, privileged: privileged === 'true' });
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const ended = look();
  return {
    async end() {
      going = false;
      await ended;
      return seen;
    },
  };
}

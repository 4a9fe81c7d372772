import { docker, dockerExec, inspectContainer, listContainers } from '../../../clients/docker/docker';
import { labels, type ContainerRole } from '../../../clients/docker/labels';
import { prefix } from '../isolate';

/** Ports that containers listen on, by role. */
const listening: Readonly<Partial<Record<ContainerRole, readonly number[]>>> = {
  registry: [5000],
  'registry-store': [5000],
  git: [3000],
  drone: [80],
  'drone-front': [8080, 8088],
  runner: [3000],
  pipelines: [8080],
  gateway: [2375, 3000, 3080, 5000],
  edge: [80],
  release: [8080],
};

/** A place that somebody might connect to. */
export interface Target {
  container: string;
  network: string;
  address: string;
  port: number;
}

/** Every place where one of our containers listens, in each of its networks. */
export async function targets(): Promise<Target[]> {
  const containers = await listContainers([`${labels.instance}=${prefix}`]);
  return containers.flatMap(({ Name, Config, NetworkSettings }) =>
    Object.entries(NetworkSettings.Networks).flatMap(([network, { IPAddress }]) =>
      (listening[Config.Labels?.[labels.role] as ContainerRole] ?? []).map((port) => ({
        container: Name.slice(1),
        network,
        address: IPAddress,
        port,
      })),
    ),
  );
}

/** Whoever got a foothold: a container in one network that runs what it is told. */
export class Attacker {
  private constructor(readonly name: string) {}

  /** @param network where it stands */
  static async in(network: string): Promise<Attacker> {
    const attacker = new Attacker(`${prefix}-attacker-${network.slice(prefix.length + 1)}`);
    // The image that has Node in it, whatever the toolchain calls it.
    const image = (await inspectContainer(`${prefix}-pipelines`))?.Image ?? '';
    await docker(['run', '--detach', '--init', '--name', attacker.name, '--network', network, image, 'sleep', '900']);
    return attacker;
  }

  /** Gives it a second foot: what keeps networks apart is taken out. */
  async join(network: string): Promise<void> {
    await docker(['network', 'connect', network, this.name]);
  }

  /** Runs JavaScript there; what it prints is the answer. */
  async run(script: string, input: unknown): Promise<unknown> {
    const program = `const input = JSON.parse(require('fs').readFileSync(0)); (async () => { ${script} })()`;
    const { stdout } = await dockerExec(this.name, ['node', '-e', program], { input: JSON.stringify(input) });
    return JSON.parse(stdout) as unknown;
  }

  /** Those of the targets that take a connection from there, by `container:port`, in order. */
  async reaches(all: readonly Target[]): Promise<string[]> {
    const script = `const net = require('net');
      const tries = input.map(({ address, port }) => new Promise((done) => {
        const socket = net.connect({ host: address, port, timeout: 3000 });
        const end = (reached) => { socket.destroy(); done(reached); };
        socket.on('connect', () => end(true)).on('error', () => end(false)).on('timeout', () => end(false));
      }));
      console.log(JSON.stringify(await Promise.all(tries)));`;
    const reached = (await this.run(script, all)) as boolean[];
    return placesOf(all.filter((_, index) => reached[index] === true));
  }

  /** One request. @returns status and text of the answer; status 0 when there is none */
  async asks(url: string, options: Record<string, unknown> = {}): Promise<{ status: number; text: string }> {
    const script = `const options = { ...input.options, signal: AbortSignal.timeout(5000) };
      const answer = await fetch(input.url, options).then(async (r) => ({ status: r.status, text: await r.text() }),
        (error) => ({ status: 0, text: String(error) }));
      console.log(JSON.stringify(answer));`;
    return (await this.run(script, { url, options })) as { status: number; text: string };
  }

  async end(): Promise<void> {
    await docker(['rm', '--force', this.name], { allowFailure: true });
  }
}

/** `container:port` of each, without doubles, in order. */
export function placesOf(all: readonly Target[]): string[] {
  return [...new Set(all.map(({ container, port }) => `${container}:${port}`))].sort();
}

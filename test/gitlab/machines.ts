import * as assert from 'node:assert/strict';
import { docker, inspectContainer } from '../../clients/docker/docker';
import { startSshHost, type Compose, type SshHost } from '../ssh-host';

/** What there is to see of an environment on its machine. */
export interface Seen {
  /** The compose file, byte by byte. */
  file: string;
  /** When it was last written, and its owner and mode. */
  written: string;
  /** Container of the app: its id and when it was started; none when there is none. */
  container: string | undefined;
  startedAt: string | undefined;
  /** What the container was made of, `repository:tag@sha256:…`. */
  image: string | undefined;
  /** What the app answers. */
  says: string | undefined;
}

/** The team's machines: each environment has a folder on one of them, with a compose file that somebody wrote by hand. */
export class Machines {
  private constructor(
    /** By environment. */
    readonly of: Readonly<Record<string, SshHost>>,
    private readonly instance: string,
  ) {}

  /** @param machines by name: what each has of compose, and whose environments @param image what the files name until something was deployed */
  static async start(
    instance: string,
    machines: Readonly<Record<string, { compose: Compose; environments: readonly string[] }>>,
    image: string,
  ): Promise<Machines> {
    const of: Record<string, SshHost> = {};
    for (const [name, { compose, environments }] of Object.entries(machines)) {
      const projects = environments.map((environment) => `${instance}-${environment}`);
      const host = await startSshHost({ name: `gl-${name}`, projects, compose });
      for (const environment of environments) {
        of[environment] = host;
        await host.write(`${folderOf(instance, environment)}/docker-compose.yml`, written(environment, image), '640');
      }
    }
    return new Machines(of, instance);
  }

  async see(environment: string): Promise<Seen> {
    const host = this.of[environment];
    assert.ok(host);
    const path = `${folderOf(this.instance, environment)}/docker-compose.yml`;
    const file = await host.read(path);
    const { stdout } = await host.run(`stat -c '%Y %U %a' ${path}`);
    const filters = { project: `${this.instance}-${environment}`, service: 'discounts' };
    const labels = Object.entries(filters).flatMap(([key, value]) => [
      '--filter',
      `label=com.docker.compose.${key}=${value}`,
    ]);
    const ids = (await docker(['ps', '--all', '--quiet', '--no-trunc', ...labels])).stdout.trim().split('\n');
    assert.equal(ids.length, 1, `${environment} has ${ids.length} containers of the app`);
    const [container = ''] = ids;
    const info = container === '' ? undefined : await inspectContainer(container);
    return {
      file,
      written: stdout.trim(),
      container: container === '' ? undefined : container,
      startedAt: info?.State.StartedAt,
      image: info?.Config.Image,
      says: info?.State.Running === true ? await answer(container) : undefined,
    };
  }

  async stop(): Promise<void> {
    for (const host of new Set(Object.values(this.of))) await host.stop();
  }
}

/** The folder of an environment's compose file, as issue and docs have it. */
export function folderOf(instance: string, environment: string): string {
  return `/usr/local/${instance}-${environment}`;
}

/** A file as people write them. */
function written(environment: string, image: string): string {
  return `# ${environment}, written by hand. Ask Ann before you change the ports.
version: "2.4"

services:
    cache:                       # is there already, and stays
        image: ${image}
        entrypoint: ["sleep", "3600"]
        healthcheck: { disable: true }
        stop_grace_period: 0s
    discounts:
        image:   ${image}   # the pipeline puts it here
        restart: unless-stopped
        environment:
            - STAGE=${environment}
        ports: ['127.0.0.1::8080']
`;
}

async function answer(container: string): Promise<string | undefined> {
  const { stdout } = await docker(['port', container, '8080'], { allowFailure: true });
  const [port = ''] = stdout.trim().split('\n');
  if (port === '') return undefined;
  return fetch(`http://${port}/`).then(
    (response) => response.text(),
    () => undefined,
  );
}

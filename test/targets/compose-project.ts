import assert from 'node:assert/strict';
import { deployScript } from '../../targets/compose-deploy';
import { docker } from '../../clients/docker/docker';
import { ssh, type SshResult } from '../../clients/ssh/ssh';
import { imageLines } from '../../targets/compose-image';
import { composes, startSshHost, type Compose, type SshHost } from '../ssh-host';
import { startLoginRegistry, type LoginRegistry } from '../ssh-host/registry';

/** As somebody has written it by hand. */
export const written = (image: string): string => `# our shop
version: "2.4"

services:
  web:            # not ours
    image: "web:1"
  api:
    restart: "no"
    image: ${image}   # Sluice puts it here
    environment: {A: '1'}
    stop_grace_period: 0s
`;

/** A compose project on a machine that is reached by SSH, and a registry with a login that has releases of its service `api`. */
export class ComposeProject {
  /** Its file. */
  readonly path: string;

  private constructor(
    readonly host: SshHost,
    readonly registry: LoginRegistry,
    /** What its machine has. */
    readonly compose: Compose,
    private readonly name: string,
    /** Where it lies on the machine. */
    readonly folder: string,
    /** By what the release is: `healthy`, `newer`, `plain`, `ill`, `exits`. */
    readonly digests: Readonly<Record<string, string>>,
  ) {
    this.path = `${folder}/docker-compose.yml`;
  }

  /** @param of tells it from that of other tests @param compose what its machine has */
  static async start(of: string, compose: Compose): Promise<ComposeProject> {
    const name = `${of}-${compose.replace(' ', '-plugin-')}`;
    const project = `sluicetest-${name}-${process.pid}`;
    // What a killed run of these tests has left in the engine is known by its folder: no other run may have the same.
    const folder = `/usr/local/shop-${name}-${process.pid}`;
    const [host, registry] = await Promise.all([
      startSshHost({ name, projects: [project], compose }),
      startLoginRegistry(name),
    ]);
    const digests: Record<string, string> = {};
    for (const is of ['healthy', 'ill', 'plain', 'exits'] as const)
      digests[is] = await registry.push('sluice-test/api', is, { version: is, is });
    digests['newer'] = await registry.push('sluice-test/api', 'newer', { version: 'newer', is: 'healthy' });
    await host.write(`${folder}/.env`, `COMPOSE_PROJECT_NAME=${project}\n`);
    return new ComposeProject(host, registry, compose, project, folder, digests);
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.registry.stop();
  }

  /** A release, by tag and digest. */
  image(tag: string, of = tag): string {
    return `${this.registry.address}/sluice-test/api:${tag}@${this.digests[of] ?? ''}`;
  }

  /** Deploys, with the script as it is or as a test wants it. */
  async deploy(wanted: string, o: { change?: (script: string) => string; password?: string } = {}): Promise<SshResult> {
    const { host, registry, folder } = this;
    const text = await host.read(this.path);
    const script = deployScript({
      folder,
      text,
      file: imageLines(text, ['api'], 'docker-compose.yml'),
      images: { api: { image: wanted, digest: wanted.split('@')[1] ?? '', healthySeconds: 20 } },
      registry: { host: registry.address, username: registry.username, password: o.password ?? registry.password },
      record: { kind: 'unhealthy', environment: 'dev' },
      lockSeconds: 1,
    });
    return ssh({ ...host.place, password: host.password }, 'sh -s', { input: (o.change ?? ((s) => s))(script) });
  }

  /** Puts the machine into a state: this image in the file, and its container up, whatever was there. */
  async given(wanted: string): Promise<void> {
    await this.host.run(`rm -rf ${this.folder}/.sluice`);
    await this.host.write(this.path, written(wanted), '640');
    const result = await this.deploy(wanted);
    assert.equal(result.code, 0, result.stderr);
  }

  /** Id, image and state of its containers. */
  async container(): Promise<string> {
    const { stdout } = await docker([
      ...['ps', '--all', '--no-trunc', '--filter', `label=com.docker.compose.project=${this.name}`],
      ...['--format', '{{.ID}} {{.Image}} {{.State}}'],
    ]);
    return stdout.trim();
  }

  /** Owner, mode, inode and time of its file. */
  async stat(): Promise<string> {
    return (await this.host.run(`stat -c '%U:%G %a %i %Y' ${this.path}`)).stdout.trim();
  }
}

/** A project for each of {@link composes}, for tests that run on all of them at the same time: a deployment mostly waits. */
export class ComposeProjects {
  private projects: readonly ComposeProject[] = [];

  /** @param of tells them from those of other tests */
  constructor(private readonly of: string) {}

  async start(): Promise<void> {
    this.projects = await Promise.all(composes.map((compose) => ComposeProject.start(this.of, compose)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.projects.map((project) => project.stop()));
  }

  /** A test on each of them, which ends when all have, and tells on which it failed. */
  each(test: (project: ComposeProject) => Promise<void>): () => Promise<void> {
    return async () => {
      const results = await Promise.allSettled(this.projects.map(test));
      const problems = results.flatMap((result, i) =>
        result.status === 'rejected' ? [`with ${composes[i]}: ${String(result.reason)}`] : [],
      );
      assert.deepEqual(problems, []);
    };
  }
}

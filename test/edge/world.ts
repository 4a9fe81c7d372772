import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { LocalWorkspace, type PulumiFn, type Stack } from '@pulumi/pulumi/automation';
import { projectRoot } from '../../base/paths';
import { restoreFiles } from '../../actions/lib/tell-edges';
import { docker, dockerExec, inspectContainer, listContainers } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { haproxyConfig } from '../../clients/edge/haproxy';
import { edgedServices } from '../../components/edged-services';
import { declareEnvironment } from '../../stacks/environment';
import { imagesVariable } from '../../base/found-images';
import { foundImages } from '../../stacks/images';
import { freePort } from '../config/compose/free-port';
import { ledgerOf } from '../../targets/place';
import { access } from '../targets/store-home';
import { installPlugins } from '../plugins/engine/install-plugins';
import { environmentConfig } from '../stacks/environment-config';

/** An environment with edges through Pulumi, on the engine that is there: with a registry, a ledger, and the shop of test/cutover as image. */
export class EdgeWorld {
  /** What the environment's stack says of services, by name. */
  services: Record<string, Record<string, unknown>> = {};
  /** Further keys of its stack. */
  config: Record<string, unknown> = {};
  image = { image: '', digest: '', revision: 'content' };
  private readonly images: Record<string, EdgeWorld['image']> = {};
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-edge-'));
  private stack: Stack | undefined;

  private constructor(
    readonly instance: string,
    private readonly registryPort: number,
  ) {}

  static async make(name: string): Promise<EdgeWorld> {
    const world = new EdgeWorld(`sluice-test-${name}-${process.pid}`, await freePort());
    // The program runs in this process, and its actions in children of Pulumi: what says where the store is has to be the same for both.
    Object.assign(process.env, world.settings);
    await world.run('registry', ['--publish', `127.0.0.1:${world.registryPort}:5000`, foundImages()['registry'] ?? '']);
    world.image = await world.imageOf('shop');
    await installPlugins(world.settings);
    await (await world.stackOf('platform', () => Promise.resolve(world.platform()))).up();
    world.stack = await world.stackOf('shop', () =>
      declareEnvironment('shop', environmentConfig('shop', { ...world.config, services: world.services })),
    );
    return world;
  }

  get network(): string {
    return `${this.instance}-shop`;
  }
  /** The edge of a service: its container, and its volume. */
  edge(service: string): string {
    return `${this.network}-edge-${service}`;
  }
  /** The id of a service's edge, which another container does not have. */
  async edgeId(service: string): Promise<string> {
    return (await inspectContainer(this.edge(service)))?.Id ?? 'none';
  }

  /** A service that runs the shop. @param more keys of it, besides */
  service(name: string, port: number, { env, ...more }: { env?: object; [key: string]: unknown } = {}): void {
    const test = [
      'CMD',
      'node',
      '-e',
      "fetch('http://127.0.0.1:8079').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))",
    ];
    const health = { test, intervalSeconds: 1, retries: 3 };
    const image = `${this.image.image}@${this.image.digest}`;
    this.services[name] = { image, port, health, env: { NAME: name, ...env }, ...more };
  }

  async up(options: { refresh?: boolean } = {}): Promise<void> {
    await this.stack?.up({ ...options, continueOnError: false });
  }

  /** What an update that does not succeed says. */
  async failedUp(options: { refresh?: boolean } = {}): Promise<string> {
    return this.up(options).then(
      () => 'it succeeded',
      (error: unknown) => String(error),
    );
  }

  async unchanged(): Promise<void> {
    await this.stack?.up({ expectNoChanges: true });
  }

  /** What `npm run up` does before an update. */
  async restore(): Promise<string[]> {
    const of = {
      instance: this.instance,
      environment: 'shop',
      edge: `${this.network}-edge`,
      ledger: ledgerOf(access, 'shop', undefined),
      on: {},
    };
    const { services } = environmentConfig('shop', { ...this.config, services: this.services });
    const edged = edgedServices(Object.entries(services).map(([name, settings]) => ({ name, ...settings })));
    return restoreFiles(
      of,
      edged.map((service) => ({
        service: service.name,
        container: this.edge(service.name),
        config: haproxyConfig(service),
      })),
    );
  }

  /** What a request gets, over a connection of its own: a kept one may be of a worker that was replaced. */
  async ask(port: number, address = '/', host = '127.0.0.1'): Promise<string> {
    const request = http.get(`http://${host}:${port}${address}`, { agent: false, timeout: 120_000 });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return `${response.statusCode} ${(await text(response)).trim()}`;
  }

  /** What a service's own program gets, in the environment's network. */
  async askInside(service: string, address: string): Promise<string> {
    const of = [`${labels.instance}=${this.instance}`, `${labels.role}=release`, `${labels.service}=${service}`];
    const [release] = await listContainers(of);
    const script = `fetch('${address}').then((r) => r.text()).then(console.log, () => console.log('nothing'))`;
    return (await dockerExec(release?.Id ?? '', ['node', '-e', script])).stdout.trim();
  }

  async end(): Promise<void> {
    await this.stack?.destroy().catch(() => undefined);
    for (const kind of ['container', 'network', 'volume']) {
      const all = kind === 'container' ? ['--all'] : [];
      const { stdout } = await docker([
        kind,
        'ls',
        ...all,
        '--quiet',
        '--filter',
        `label=sluice.instance=${this.instance}`,
      ]);
      for (const id of stdout.split('\n').filter((line) => line !== '')) {
        await docker(
          [kind, 'rm', '--force', id].filter((word) => kind !== 'network' || word !== '--force'),
          { allowFailure: true },
        );
      }
    }
    await docker(['rm', '--force', '--volumes', `${this.instance}-registry`], { allowFailure: true });
    for (const { image, digest, revision } of Object.values(this.images)) {
      await docker(['rmi', `${image}@${digest}`, `${image}:${revision}`], { allowFailure: true });
    }
    for (const [variable, value] of Object.entries(this.before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, variable);
      else process.env[variable] = value;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Where state and store are, for the program and its actions alike; the images are those that the toolchain has found, as before. */
  private readonly settings = {
    SLUICE_HOME: path.join(this.folder, 'sluice'),
    [imagesVariable]: JSON.stringify(foundImages()),
    PULUMI_HOME: path.join(this.folder, 'home'),
    PULUMI_BACKEND_URL: `file://${this.folder}`,
    PULUMI_CONFIG_PASSPHRASE: 'x',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
  private readonly before = Object.fromEntries(Object.keys(this.settings).map((name) => [name, process.env[name]]));

  private async run(name: string, options: string[]): Promise<void> {
    await docker(['run', '--detach', '--name', `${this.instance}-${name}`, ...options]);
  }

  private platform(): Record<string, unknown> {
    const login = { username: 'anybody', password: 'x' };
    const address = `localhost:${this.registryPort}`;
    return {
      instance: this.instance,
      bind: '127.0.0.1',
      registry: { kind: 'embedded', address, url: `http://${address}`, stepsUrl: `http://${address}` },
      registryLogins: { pull: login, push: login, delete: login },
      images: {},
      toolImages: { edge: foundImages()['edge'] ?? '', tools: '' },
      ledgers: access,
    };
  }

  /** Actions are run from the project's folder; the automation's own has its stack files. */
  private async stackOf(name: string, program: PulumiFn): Promise<Stack> {
    const workDir = path.join(this.folder, name);
    mkdirSync(workDir, { recursive: true });
    if (!existsSync(path.join(workDir, 'actions'))) {
      symlinkSync(path.join(projectRoot, 'actions'), path.join(workDir, 'actions'));
    }
    return LocalWorkspace.createOrSelectStack(
      { stackName: name, projectName: 'sluice', program },
      { envVars: this.settings, workDir },
    );
  }

  /** An image of the shop. @param tag tells it from another one, whose content is the same but for its name */
  private async built(node: string, tag: string): Promise<EdgeWorld['image']> {
    const source = path.join(this.folder, tag);
    mkdirSync(source);
    copyFileSync(path.join(__dirname, '..', 'cutover', 'shop.cjs'), path.join(source, 'shop.cjs'));
    const lines = [`FROM ${node}`, 'COPY shop.cjs /shop.cjs', `ENV NAME=${tag}`, 'ENTRYPOINT ["node", "/shop.cjs"]'];
    writeFileSync(path.join(source, 'Dockerfile'), lines.join('\n'));
    const image = `localhost:${this.registryPort}/shop`;
    await docker(['build', '--quiet', '--tag', `${image}:${tag}`, source]);
    await docker(['push', '--quiet', `${image}:${tag}`]);
    const { stdout } = await docker(['image', 'inspect', '--format', '{{json .RepoDigests}}', `${image}:${tag}`]);
    const own = (JSON.parse(stdout) as string[]).find((each) => each.startsWith(`${image}@`));
    return { image, digest: own?.split('@')[1] ?? '', revision: tag };
  }

  /** Has the environment before this one serve an image of the shop, as `web`; of that nothing but its word is there. */
  async offer(tag: 'one' | 'two'): Promise<void> {
    const web = { service: 'web', ...(await this.imageOf(tag)) };
    const before = await this.stackOf('before', () => Promise.resolve({ deployed: { candidate: { web } } }));
    await before.up();
  }

  private async imageOf(tag: string): Promise<EdgeWorld['image']> {
    return (this.images[tag] ??= await this.built(foundImages()['node'] ?? '', tag));
  }
}

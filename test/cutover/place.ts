import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ActionInput } from '../../actions/contract';
import { docker } from '../../clients/docker/docker';
import { edgeCommand, fillVolume } from '../../clients/edge/configure';
import { edgeOf } from '../../clients/edge/edge';
import { edgeFolder, haproxyConfig } from '../../clients/edge/haproxy';
import { FileStore } from '../../store/kinds/file';
import { append } from '../../store/ledger/append';
import { readChain, type Chain } from '../../store/ledger/chain';
import { evidenceName } from '../../targets/evidence-names';
import { readingOf } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { labels } from '../../clients/docker/labels';
import type { LedgerRecord } from '../../releases/ledger';
import type { Release } from '../../releases/types';
import type { EnvironmentWatch } from '../../releases/watch';
import { projectRoot } from '../../base/paths';
import { imagesVariable } from '../../base/found-images';
import { foundImages } from '../../stacks/images';
import { watchSettings } from '../releases/fixtures';
import { access } from '../targets/store-home';

/** How a release of the test shop behaves: see shop.cjs. */
export type Behaviour = Partial<
  Record<'FAILS' | 'SLOW' | 'EXITS' | 'ILL' | 'DROPS' | 'PORT' | 'HOST' | 'LATE' | 'BANNER' | 'SHY', string>
>;

const settings: EnvironmentWatch = { ...watchSettings, seconds: 2, minRequests: 10, checks: [] };

/** An environment without Pulumi: a network, an edge and releases on the engine that is there, and a ledger in a home of its own. */
export class Place {
  /** Where people reach the shop. */
  url = '';
  /** `SLUICE_HOME` of its cutovers. */
  readonly home = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-place-'));
  private readonly reading = readingOf(ledgerOf(access, 'production', undefined));
  private readonly containers: string[] = [];

  private constructor(
    private readonly instance: string,
    private readonly services: readonly string[],
  ) {}

  /** @param o.services the first one's address is {@link url}; @default discounts */
  static async make(name: string, o: { services?: readonly string[] } = {}): Promise<Place> {
    const services = o.services ?? ['discounts'];
    const place = new Place(`sluice-test-${name}-${process.pid}`, services);
    await docker(['network', 'create', place.network]);
    for (const service of services) await place.startEdge(service);
    await place.findUrl();
    return place;
  }

  get network(): string {
    return `${this.instance}-production`;
  }
  get edges(): string {
    return `${this.instance}-production-edge`;
  }
  /** The first service's. */
  get edge(): string {
    return edgeOf(this.edges, this.services[0] ?? '');
  }
  get store(): FileStore {
    return new FileStore(path.join(this.home, 'store'));
  }

  /** The edge's port of this machine, which a restart may change. */
  async findUrl(): Promise<void> {
    this.url = await this.urlOf(this.services[0] ?? '');
  }

  /** Where people reach a service. */
  async urlOf(service: string): Promise<string> {
    const [address = ''] = (await docker(['port', edgeOf(this.edges, service), '80'])).stdout.trim().split('\n');
    return `http://${address}`;
  }

  /** Starts a release of this name (one word of small letters). */
  async release(name: string, behaviour: Behaviour = {}, service = this.services[0] ?? ''): Promise<void> {
    const env = Object.entries({ NAME: name, ...behaviour }).flatMap((pair) => ['--env', pair.join('=')]);
    const check = "fetch('http://127.0.0.1:8079/health').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))";
    const health = ['--health-interval', '1s', '--health-retries', '2', '--health-cmd', `node -e "${check}"`];
    const container = this.containerOf(name, service);
    const label = [`${labels.service}=${service}`, `${labels.digest}=${digestOf(name)}`];
    await this.create(
      container,
      [...env, ...health, ...label.flatMap((one) => ['--label', one])].concat(
        '--entrypoint',
        'node',
        foundImages()['node'] ?? '',
      ),
      ['/shop.cjs'],
    );
    await this.give(container, '/shop.cjs', fs.readFileSync(path.join(__dirname, 'shop.cjs'), 'utf8'));
    await docker(['start', container]);
  }

  containerOf(name: string, service = this.services[0] ?? ''): string {
    return `${this.network}-${service}-${name}`;
  }

  /** Has a release's health check fail, or its answers be 500, from now on. */
  async spoil(name: string, what: 'ill' | 'fails', service?: string): Promise<void> {
    await docker(['exec', this.containerOf(name, service), 'touch', `/tmp/${what}`]);
  }

  /** What a cutover to a release is asked. @param name of all services' release, or of each by service */
  input(
    name: string | Readonly<Record<string, string>>,
    watch: Partial<EnvironmentWatch> = {},
    { healthySeconds = 30 }: { healthySeconds?: number } = {},
  ): ActionInput<'cutover'> {
    const names = Object.entries(
      typeof name === 'string' ? Object.fromEntries(this.services.map((service) => [service, name])) : name,
    );
    return {
      instance: this.instance,
      environment: 'production',
      network: this.network,
      edge: this.edges,
      edgeIds: Object.fromEntries(this.services.map((service) => [service, edgeOf(this.edges, service)])),
      ledger: access,
      gated: false,
      candidate: Object.fromEntries(names.map(([service, own]) => [service, releaseOf(own, service)])),
      routes: names.map(([service, own]) => ({
        service,
        release: `${service}-${own}`,
        container: this.containerOf(own, service),
        containerId: this.containerOf(own, service),
        port: 8080,
        recreate: false,
        healthySeconds,
      })),
      watch: { ...settings, ...watch },
      drainSeconds: 10,
    };
  }

  /** Cuts over as the resource does: by its program. */
  cutover(
    name: string | Readonly<Record<string, string>>,
    watch: Partial<EnvironmentWatch> = {},
    route: { healthySeconds?: number } = {},
  ): Cutover {
    return new Cutover(this.input(name, watch, route), this.home);
  }

  chain(): Promise<Chain> {
    return readChain(this.store, 'production', this.reading);
  }

  async records(): Promise<LedgerRecord[]> {
    return (await this.chain()).records;
  }

  async append(record: LedgerRecord): Promise<void> {
    await append(this.store, 'production', [record], this.reading);
  }

  /** A file of the ledger's `evidence/`. */
  async evidence(file: string): Promise<string> {
    const content = await this.store.read(evidenceName(path.posix.dirname(file), path.posix.basename(file)));
    return content?.toString() ?? 'there is none';
  }

  /** What a request gets now. @param service @default the first one */
  async ask(pathname = '/', service = this.services[0] ?? ''): Promise<string> {
    const url = service === this.services[0] ? this.url : await this.urlOf(service);
    const response = await fetch(`${url}${pathname}`, { signal: AbortSignal.timeout(20_000) });
    return `${response.status} ${await response.text()}`;
  }

  async end(): Promise<void> {
    for (const name of this.containers) await docker(['rm', '--force', '--volumes', name], { allowFailure: true });
    await docker(['network', 'rm', this.network], { allowFailure: true });
    for (const service of this.services) {
      await docker(['volume', 'rm', edgeOf(this.edges, service)], { allowFailure: true });
    }
    fs.rmSync(this.home, { recursive: true, force: true });
  }

  private async create(name: string, options: string[], command: string[]): Promise<void> {
    this.containers.push(name);
    const label = [`${labels.instance}=${this.instance}`, `${labels.stack}=production`, `${labels.role}=release`];
    await docker([
      ...['create', '--name', name, '--network', this.network, '--init', '--restart', 'always'],
      ...label.flatMap((one) => ['--label', one]),
      ...options,
      ...command,
    ]);
  }

  private async startEdge(service: string): Promise<void> {
    const edge = edgeOf(this.edges, service);
    const image = foundImages()['edge'] ?? '';
    const config = haproxyConfig({ name: service, requestSeconds: 3600, idleSeconds: 3600 });
    const of = { instance: this.instance, stack: 'production' };
    await docker(['volume', 'create', edge]);
    await fillVolume({ volume: edge, image, config, route: undefined, of }, {});
    await this.create(edge, ['--publish', '127.0.0.1::80', '--volume', `${edge}:${edgeFolder}`, image], edgeCommand);
    await docker(['start', edge]);
  }

  /** Puts a file into a container that need not run. */
  private async give(container: string, file: string, content: string): Promise<void> {
    const folder = fs.mkdtempSync(path.join(projectRoot, 'node_modules', '.sluice-test-'));
    try {
      const from = path.join(folder, path.basename(file));
      fs.writeFileSync(from, content, { mode: 0o666 });
      await docker(['cp', from, `${container}:${file}`]);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }
}

/** A cutover under way. */
export class Cutover {
  /** What it has said on standard error. */
  said = '';
  private readonly child;
  private readonly code: Promise<number | null>;

  /** @param home where its ledger is, and nothing else */
  constructor(input: ActionInput<'cutover'>, home: string) {
    const own = { SLUICE_HOME: home, [imagesVariable]: JSON.stringify(foundImages()), PULUMI_BACKEND_URL: undefined };
    const env = { ...process.env, ...own };
    this.child = spawn(process.execPath, ['actions/run.cjs', 'cutover'], { cwd: projectRoot, detached: true, env });
    this.child.stderr.on('data', (text: Buffer) => (this.said += text.toString()));
    this.child.stdout.resume();
    this.child.stdin.end(JSON.stringify(input));
    this.code = new Promise((resolve) => this.child.on('close', resolve));
  }

  /** @returns exit code; null when it was killed */
  ended(): Promise<number | null> {
    return this.code;
  }

  /** The error with which it has ended: after what it said on the way. */
  failure(): { message: string; next: string } {
    const [message = '', next = ''] = this.said
      .replace(/^.* is watched for .*\n/m, '')
      .trim()
      .split('\n  next: ');
    return { message, next };
  }

  /** Kills it and what it has started. */
  async kill(): Promise<void> {
    process.kill(-(this.child.pid ?? 0), 'SIGKILL');
    await this.code;
  }
}

export function digestOf(name: string): string {
  return `sha256:${Buffer.from(name.repeat(32)).toString('hex').slice(0, 64)}`;
}

function releaseOf(name: string, service: string): Release {
  return { service, image: `localhost:5500/${service}`, digest: digestOf(name), revision: '' };
}

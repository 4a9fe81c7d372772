import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { DroneClient, hasEnded, type DroneBuild } from '../../clients/drone/client';
import type { Login } from '../../clients/http';
import { slugOf } from '../../operations/platform';
import type { Status } from '../../cli/status/assemble';
import { RegistryArtifacts } from '../../clients/registry/artifacts';
import { RegistryClient } from '../../clients/registry/client';
import { until } from './engine';
import { ports } from './isolate';
import type { World } from './world';

const exec = promisify(execFile);

/** What status says, logins included. */
export async function statusOf(world: World): Promise<Status & { platform: NonNullable<Status['platform']> }> {
  const { code, stdout, stderr } = await world.run('status', '--json', '--show-secrets');
  if (code !== 0) throw new Error(stderr);
  const status = JSON.parse(stdout) as Status;
  if (status.platform === null) throw new Error('there is no platform');
  return { ...status, platform: status.platform };
}

/** A platform's status whose git host and CI server are its own. */
type OwnPlatform = NonNullable<Status['platform']> & {
  [Part in 'gitHost' | 'drone']: NonNullable<NonNullable<Status['platform']>[Part]>;
};

const platforms = new WeakMap<World, Promise<OwnPlatform>>();

/** Makes the next question about the platform go to the platform: it has got another repository, say, or is another one. */
export function askAnew(world: World): void {
  platforms.delete(world);
}

/** The platform's addresses and logins, which stay as long as it stands: asked once. */
export function platformOf(world: World): Promise<OwnPlatform> {
  let platform = platforms.get(world);
  if (platform === undefined) {
    platform = statusOf(world).then((status) => status.platform as OwnPlatform);
    platforms.set(world, platform);
  }
  return platform;
}

/** The digest that an environment deploys of the service that goes through the pipeline. */
export function digestIn(status: Status, environment: string): string {
  const digest = status.environments[environment]?.services['discounts']?.digest;
  if (digest === undefined) throw new Error(`${environment} has no discounts`);
  return digest;
}

/** The registry's API with the tests' login. */
export async function registryOf(world: World): Promise<RegistryClient> {
  const { url, username, password } = (await platformOf(world)).registry;
  return new RegistryClient({ endpoint: url, username, password });
}

/** The registry's API for what is published with releases. */
export async function artifactsOf(world: World): Promise<RegistryArtifacts> {
  const { url, username, password } = (await platformOf(world)).registry;
  return new RegistryArtifacts({ endpoint: url, username, password });
}

/**
 * Drone's API, and a repository's name there.
 * @param repository as the configuration names it, or `owner/name` of one that it does not name
 */
export async function droneOf(world: World, repository = 'discounts'): Promise<{ client: DroneClient; slug: string }> {
  const { drone, repositories } = await platformOf(world);
  return {
    client: new DroneClient(drone.url, drone.token ?? ''),
    slug: repository.includes('/') ? repository : slugOf(repositories[repository]?.cloneUrl ?? ''),
  };
}

/** A clone of a service's repository, as a person has it: the login is in git's credential store. */
export class Checkout {
  private constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @param as whose it is; the maintainer's without */
  static async of(world: World, repository = 'discounts', as?: Login): Promise<Checkout> {
    const { gitHost, repositories } = await platformOf(world);
    const folder = fs.mkdtempSync(path.join(world.folder, `${repository}-`));
    const store = `${folder}.credentials`;
    const login = new URL(gitHost.url);
    login.username = as?.username ?? gitHost.username ?? '';
    login.password = as?.password ?? gitHost.password ?? '';
    fs.writeFileSync(store, `${login.href}\n`, { mode: 0o600 });
    const environment = {
      ...process.env,
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'credential.helper',
      GIT_CONFIG_VALUE_0: `store --file=${store}`,
      GIT_CONFIG_KEY_1: 'user.name',
      GIT_CONFIG_VALUE_1: 'Ann',
      GIT_CONFIG_KEY_2: 'user.email',
      GIT_CONFIG_VALUE_2: 'ann@localhost',
      GIT_TERMINAL_PROMPT: '0',
    };
    const url = repositories[repository]?.cloneUrl ?? '';
    await exec('git', ['clone', '--quiet', url, folder], { env: environment });
    return new Checkout(folder, environment);
  }

  async git(...args: string[]): Promise<string> {
    return (await exec('git', args, { cwd: this.folder, env: this.environment })).stdout.trim();
  }

  /** Pushes a commit without content to a branch of its own, which is tested and goes no further; returns the commit. */
  async pushEmpty(branch: string): Promise<string> {
    await this.git('checkout', '--quiet', '-B', branch, 'origin/main');
    await this.git('commit', '--quiet', '--allow-empty', '--message', `Try ${branch} at ${Date.now()}`);
    await this.git('push', '--quiet', '--force', 'origin', branch);
    return this.git('rev-parse', 'HEAD');
  }

  /** Changes a file. */
  edit(file: string, change: (text: string) => string): void {
    const where = path.join(this.folder, file);
    const before = fs.readFileSync(where, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`nothing to change in ${file}`);
    fs.writeFileSync(where, after);
  }

  /** Pushes files to a branch of its own, to this repository or another address; returns the commit. */
  async pushFiles(branch: string, files: Readonly<Record<string, string>>, remote = 'origin'): Promise<string> {
    await this.git('checkout', '--quiet', '-B', branch, 'origin/main');
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(this.folder, name), text);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--allow-empty', '--message', `Try ${branch} at ${Date.now()}`);
    await this.git('push', '--quiet', '--force', remote, `${branch}:${branch}`);
    return this.git('rev-parse', 'HEAD');
  }

  /** Changes a file, commits all that was changed and pushes; returns the commit. */
  async push(file: string, change: (text: string) => string, message: string): Promise<string> {
    this.edit(file, change);
    await this.git('commit', '--quiet', '--all', '--message', message);
    await this.git('push', '--quiet');
    return this.git('rev-parse', 'HEAD');
  }
}

/** Waits for the end of the build that a push started. */
export async function buildOf(world: World, commit: string, repository = 'discounts'): Promise<DroneBuild> {
  const { client, slug } = await droneOf(world, repository);
  const { number } = await until(async () => {
    const found = (await client.builds(slug)).find(({ after }) => after === commit);
    return found !== undefined && hasEnded(found.status) ? found : undefined;
  });
  return client.build(slug, number);
}

/** What all steps of a build printed. */
export async function logOf(world: World, build: DroneBuild, repository = 'discounts'): Promise<string> {
  const { client, slug } = await droneOf(world, repository);
  const logs: string[] = [];
  for (const stage of build.stages ?? []) {
    for (const step of stage.steps ?? []) {
      logs.push(`== ${step.name} ${step.status}`, ...(await client.log(slug, build.number, stage.number, step.number)));
    }
  }
  return logs.join('\n');
}

/** Changes that people push. */
export const changes = {
  /** Everything passes, the shop shows another title. */
  title: (title: string) => (text: string) => edited(text, (first) => ({ ...first, title })),
  /** The unit tests pass, but the code that the shop shows is good for no basket. */
  uselessCode: (text: string) => edited(text, (first) => ({ ...first, minimumAmount: 99_999_900 })),
  /** Back to a code that works. */
  usefulCode: (text: string) => edited(text, ({ code, title, percent }) => ({ code, title, percent })),
  /** The unit tests fail. */
  wrongPrice: (text: string) => text.replace('amount - saving', 'amount + saving'),
  rightPrice: (text: string) => text.replace('amount + saving', 'amount - saving'),
};

interface Entry {
  code: string;
  title: string;
  percent: number;
  minimumAmount?: number;
}

function edited(text: string, change: (first: Entry) => Entry): string {
  const [first, ...rest] = JSON.parse(text) as Entry[];
  return first === undefined ? text : `${JSON.stringify([change(first), ...rest], null, 2)}\n`;
}

export const dataFile = 'data/discounts.json';
export const priceFile = 'src/price.js';

/** The titles of the discounts that an environment serves, asked from outside as people do. */
export async function titlesIn(environment: 'staging' | 'production'): Promise<string[]> {
  const response = await fetch(`http://localhost:${ports[environment].discounts}/discounts`);
  const { discounts } = (await response.json()) as { discounts: { title: string }[] };
  return discounts.map(({ title }) => title);
}

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { findOurs, remove } from '../../operations/destroy/sweep';
import { stateFile } from '../../operations/pulumi/environment';
import { projectRoot } from '../../base/paths';
import { ensureEngine } from '../../toolchain/items/engine';
import { sampleProcesses, type Sampling } from '../secrets/sampling';
import { engineObjects, type EngineObjects } from './engine';
import { isolate, ports, prefix } from './isolate';

const exec = promisify(execFile);

/** What a verb left. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  /** Both streams in the order in which they came. */
  all: string;
}

/** The part of a stack's state that is looked at here. */
interface Checkpoint {
  checkpoint: { latest: { pending_operations?: { resource: { urn: string } }[] } };
}

/**
 * A Sluice of the tests' own: a fresh clone of this checkout under another prefix, on other ports, with its own state.
 * Only the toolchain's cache is shared, so that a warm run builds nothing. A person's own Sluice is never touched.
 *
 * SLUICE_E2E_FOLDER keeps it in that folder and takes it up again in the next run.
 */
export class World {
  readonly clone: string;
  readonly env: NodeJS.ProcessEnv;
  /** The command lines of all processes of this run, for the search for secrets. */
  readonly processes: string;
  /** Words before each verb's own, that start it elsewhere. @default none: it is a process of this one's machine */
  through: readonly string[] = [];
  private sampling: Sampling | undefined;
  private runs = 0;
  private readonly running = new Set<ChildProcess>();

  private constructor(
    readonly folder: string,
    /** What the engine held before anything of this run. */
    readonly before: EngineObjects,
  ) {
    this.clone = path.join(folder, 'clone');
    this.processes = path.join(folder, 'processes.txt');
    this.env = {
      ...process.env,
      // A person's own state has stacks of the same names.
      PULUMI_BACKEND_URL: undefined,
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
      CI: 'true',
      SLUICE_HOME: path.join(folder, 'home'),
      XDG_DATA_HOME: path.join(folder, 'data'),
      // Nobody's settings for the tests: a login to the tests' registry goes here.
      DOCKER_CONFIG: process.env['DOCKER_CONFIG'] ?? path.join(os.homedir(), '.docker'),
    };
  }

  static async make(): Promise<World> {
    // Where there is no engine yet, `up` would bring it so too; here, to know what it held before.
    await ensureEngine((line) => void process.stderr.write(`${line}\n`));
    const kept = process.env['SLUICE_E2E_FOLDER'];
    const folder = kept ?? fs.mkdtempSync(path.join(os.tmpdir(), `${prefix}-`));
    if (kept !== undefined && fs.existsSync(path.join(folder, 'clone')))
      return new World(folder, await engineObjects());
    fs.mkdirSync(folder, { recursive: true });
    // A run of these tests that was killed has lost its state; its objects would be in the way.
    await sweep();
    const world = new World(folder, await engineObjects());
    await exec('git', ['clone', '--quiet', projectRoot, world.clone]);
    // These tests run with what the verb `test` has installed here; their clone need not install it once more.
    await exec('cp', ['-a', path.join(projectRoot, 'node_modules'), world.clone]);
    await world.standApart();
    return world;
  }

  /**
   * The same Sluice from another machine's point of view: a clone and a home of its own, with the same login to the state. Only this one's own
   * end takes the objects of the engine away.
   */
  async elsewhere(name: string): Promise<World> {
    const other = new World(path.join(this.folder, name), this.before);
    fs.mkdirSync(other.folder);
    await exec('git', ['clone', '--quiet', this.clone, other.clone]);
    await exec('cp', ['-a', path.join(projectRoot, 'node_modules'), other.clone]);
    Object.assign(other.env, { ...this.env, SLUICE_HOME: path.join(other.folder, 'home') });
    return other;
  }

  /**
   * Puts the clone to another commit of this checkout, with the prefix and the ports of the tests. The next verb brings the packages of
   * that commit, if they are others.
   */
  async checkOut(commit: string): Promise<void> {
    await exec('git', ['-C', this.clone, 'checkout', '--quiet', '--force', '--detach', commit]);
    await this.standApart();
  }

  private async standApart(): Promise<void> {
    isolate(this.clone);
    const who = ['-c', 'user.name=e2e', '-c', 'user.email=e2e@localhost'];
    await exec('git', ['-C', this.clone, ...who, 'commit', '-qam', 'Stand apart']);
  }

  /** Writes down the command lines of all processes from now on. */
  watched(): this {
    this.sampling = sampleProcesses(this.processes);
    return this;
  }

  /** Runs a verb to its end; its output is kept in a file of the world's folder. */
  run(...args: string[]): Promise<Ran> {
    return this.start(...args).ended;
  }

  /** Starts a verb in a process group of its own. */
  start(...args: string[]): { child: ChildProcess; ended: Promise<Ran>; output(): string } {
    const [file = '', ...words] = [...this.through, 'node', 'bin/sluice.cjs', ...args];
    const child = spawn(file, words, {
      cwd: this.clone,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.running.add(child);
    const log = fs.createWriteStream(path.join(this.folder, `${String(++this.runs).padStart(2, '0')}-${args[0]}.log`));
    const result: Ran = { code: -1, stdout: '', stderr: '', all: '' };
    const take = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      result[stream] += chunk.toString();
      result.all += chunk.toString();
      // What a person asks for with its secrets is no place that secrets leak to.
      if (!args.includes('--show-secrets')) log.write(chunk);
    };
    child.stdout.on('data', take('stdout'));
    child.stderr.on('data', take('stderr'));
    const ended = new Promise<Ran>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        this.running.delete(child);
        log.end(`\nexit code ${code}\n`);
        resolve({ ...result, code: code ?? -1 });
      });
    });
    return { child, ended, output: () => result.all };
  }

  /** Plain Pulumi on a stack, without questions and without a preview. */
  pulumi(stack: string, command: string, ...args: string[]): Promise<Ran> {
    const yes = command === 'up' ? ['--yes', '--skip-preview'] : [];
    return this.run('pulumi', command, '-s', stack, ...yes, '--non-interactive', '--color', 'never', ...args);
  }

  /** Names of the resources that an update of a stack is at work on, as its state tells; none without a state. */
  pending(stack: string): string[] {
    const file = stateFile(path.join(this.env['SLUICE_HOME'] ?? '', 'pulumi'), stack);
    if (!fs.existsSync(file)) return [];
    const { checkpoint } = JSON.parse(fs.readFileSync(file, 'utf8')) as Checkpoint;
    return (checkpoint.latest.pending_operations ?? []).map(({ resource }) => resource.urn.split('::').pop() ?? '');
  }

  /** Kills a run and everything it started in its process group, as a closed terminal or a crash would. */
  async kill(run: ReturnType<World['start']>): Promise<void> {
    process.kill(-(run.child.pid ?? 0), 'SIGKILL');
    await run.ended;
  }

  /** What `git status` says of the clone: nothing when no verb wrote into it. */
  async dirt(): Promise<string> {
    return (await exec('git', ['-C', this.clone, 'status', '--porcelain'])).stdout.trim();
  }

  /** Kills what still runs. */
  killAll(): void {
    for (const { pid } of this.running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }

  /** Takes everything away, whatever state it is in; what still runs is killed. */
  async end(): Promise<void> {
    this.killAll();
    await this.sampling?.stop();
    if (process.env['SLUICE_E2E_FOLDER'] !== undefined) return;
    await sweep();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Removes everything of these tests from the engine; what the verb `destroy` does is tried before. */
async function sweep(): Promise<void> {
  const scope = {
    instance: prefix,
    images: { registry: `localhost:${ports.registry}` },
    drone: `localhost:${ports.drone}`,
  };
  await remove(await findOurs(scope));
}

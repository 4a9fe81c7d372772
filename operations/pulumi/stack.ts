import { LocalWorkspace, PulumiCommand, Stack, type Deployment, type EngineEvent } from '@pulumi/pulumi/automation';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withoutCodes } from '../../base/codes';
import { painted } from '../../base/terminal';
import { visible } from '../../base/visible';
import { UserError } from '../../base/errors';
import { configRoot, projectRoot, sluiceHome } from '../../base/paths';
import { LeaseLost } from '../../store/lease/lost';
import type { StackLease } from '../lease';
import { noteLock } from '../locks/own';
import { lockPlace, type LockPlace } from '../locks/place';
import { unlocked, untilUnlocked, waitingLine, type LockedStack } from '../locks/wait';
import { withSshLogin } from '../ssh-login';
import { parseLockMessage, pulumiMessage } from './message';
import { exists, pulumi } from './outputs';
import { Interruption } from './interruption';
import { Progress } from './progress';
import { makeState } from './environment';
import { repairVariable } from '../../stacks/repair';
import { configFolder, copyStackConfig, keepStackConfig } from './stack-config';

/** How an operation of Pulumi ended. */
export interface Outcome {
  ok: boolean;
  /** Number of resources by operation; empty: nothing changed. */
  changes: Readonly<Record<string, number>>;
  /** Names of the resources that were made or changed. */
  made?: ReadonlySet<string>;
  /** Error messages, empty when ok. */
  errors: readonly string[];
  /** What to type next, where more is known of that than the errors tell. */
  next?: string;
  /** Where Pulumi's whole output is. */
  log: string;
}

type Events = {
  onEvent(event: EngineEvent): void;
  onOutput(text: string): void;
  onError(text: string): void;
  /** Cancels the operation. */
  signal: AbortSignal;
};

/** What an operation needs besides its name. */
interface Manner {
  /** Environment variables of Pulumi, besides this process's own. */
  variables?: Readonly<Record<string, string>>;
  /** It only looks: it waits for nobody, and nobody for it. @default false */
  looks?: boolean;
}

/** Seconds between two tries where a lock is in the way that can't be looked at. */
const againSeconds = 15;

/**
 * One stack of this project, driven through Pulumi's Automation API. The environment (PATH, backend, passphrase) is
 * this process's own: see prepare.ts. Whoever changes it has its lease, and says so when he opens it.
 */
export class DeliveryStack {
  private constructor(
    readonly name: string,
    private readonly program: Stack,
    private readonly state: Stack,
    private readonly note: (line: string) => void,
    private readonly lease: StackLease | undefined,
  ) {}

  /** Opens a stack; undefined when it does not exist. @param lease of it; without one it can only be looked at */
  static async open(
    name: string,
    note: (line: string) => void,
    lease?: StackLease,
  ): Promise<DeliveryStack | undefined> {
    copyStackConfig(configRoot(), sluiceHome(), name);
    if (!(await exists(name))) return undefined;
    return DeliveryStack.on(name, await workspace(configFolder()), note, lease);
  }

  /** Opens a stack, made when it does not exist. */
  static async openOrCreate(name: string, note: (line: string) => void, lease?: StackLease): Promise<DeliveryStack> {
    const existing = await DeliveryStack.open(name, note, lease);
    if (existing !== undefined) return existing;
    makeState(process.env);
    const folder = await workspace(configFolder());
    try {
      await folder.createStack(name);
      keepStackConfig(sluiceHome(), name);
    } catch (error) {
      // The pipelines of two repositories may come to a new environment at the same moment.
      if (!(await exists(name))) throw error;
    }
    return DeliveryStack.on(name, folder, note, lease);
  }

  private static async on(
    name: string,
    folder: LocalWorkspace,
    note: (line: string) => void,
    lease: StackLease | undefined,
  ): Promise<DeliveryStack> {
    const root = await workspace(projectRoot);
    const program = await Stack.select(name, root);
    // After an operation the Automation API asks for these in the program's folder, where Pulumi then writes a salt.
    program.outputs = () => Promise.resolve({});
    program.info = () => Promise.resolve(undefined);
    return new DeliveryStack(name, program, await Stack.select(name, folder), note, lease);
  }

  /**
   * To be called before each change.
   * @throws LeaseLost when this run has the stack's lease no longer, and StoreTrouble when nobody can tell
   */
  async check(): Promise<void> {
    await this.held().check();
  }

  /**
   * Does something with what the stack has, once nobody is at work below its lease: plain Pulumi, or a version that knows no leases. Where that can
   * be seen, nobody begins meanwhile.
   */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    const locked = this.locked();
    return locked === undefined ? work() : unlocked(locked, work);
  }

  /**
   * Brings the stack to what the program says.
   * @param o.repair an environment only to what it was last switched to, whatever it is offered. @default false
   */
  up(o: { refresh: boolean; repair?: boolean }): Promise<Outcome> {
    return this.operation('up', (events) => this.program.up({ ...events, ...this.options(), refresh: o.refresh }), {
      variables: o.repair === true ? { [repairVariable]: '1' } : {},
    });
  }

  /** Takes what really is into the state; forgets creations that never ended. */
  refresh(): Promise<Outcome> {
    return this.operation('refresh', (events) =>
      this.program.refresh({ ...events, ...this.options(), clearPendingCreates: true }),
    );
  }

  /** Has the state protect nothing any more, so that all of it can be taken away. */
  unprotect(): Promise<Outcome> {
    const words = ['state', 'unprotect', '--all', '--yes', '--stack', this.name];
    return this.operation('unprotect', () => pulumi(...words));
  }

  /** Takes everything away that the state knows, but for what it protects. @param exclude URNs of what stays, with what that depends on */
  destroy(exclude: readonly string[] = []): Promise<Outcome> {
    return this.operation('destroy', (events) =>
      this.program.destroy({ ...events, ...this.options(), exclude: [...exclude] }),
    );
  }

  /** Computes what an update would change; with its events and Pulumi's own text, in which colours are directives. */
  async preview(o: { diff: boolean }): Promise<Outcome & { text: string; events: EngineEvent[] }> {
    let text = '';
    const seen: EngineEvent[] = [];
    const show = (events: Events): Promise<unknown> =>
      this.program.preview({
        ...events,
        ...this.options(),
        color: 'raw',
        diff: o.diff,
        onEvent: (event) => {
          seen.push(event);
          events.onEvent(event);
        },
        onOutput: (part) => {
          text += part;
          events.onOutput(part);
        },
      });
    const outcome = await this.operation('preview', show, { looks: true });
    return { ...outcome, text: withoutCodes(text), events: seen };
  }

  /** The whole state. */
  export(): Promise<Deployment> {
    return this.state.exportStack();
  }

  /** Forgets the stack and its history, whatever its state still says. */
  async remove(): Promise<void> {
    await this.check();
    await this.state.workspace.removeStack(this.name, { preserveConfig: true, force: true });
  }

  private options(): { configFile: string; color: 'never'; suppressOutputs: true } {
    return {
      configFile: copyStackConfig(configRoot(), sluiceHome(), this.name),
      color: 'never',
      suppressOutputs: true,
    };
  }

  /** Runs an operation of Pulumi with progress; when somebody else came first, waits and tries again. */
  private async operation(
    name: string,
    start: (events: Events) => Promise<unknown>,
    { variables = {}, looks = false }: Manner = {},
  ): Promise<Outcome> {
    const log = logFile(`${this.name}-${name}`);
    const lease = looks ? undefined : this.held();
    for (;;) {
      const locked = lease && this.locked();
      if (locked !== undefined) await untilUnlocked(locked);
      await lease?.check();
      const progress = new Progress(looks ? () => undefined : this.note);
      const interruption = new Interruption(lease?.lost, progress);
      const { signal } = interruption;
      const clock = setInterval(() => progress.tick(), 1000);
      const write = (text: string): void => fs.appendFileSync(log, painted(visible(text), false));
      const noted = lease && locked && (await noteLock(locked.place, lease));
      try {
        await withSshLogin(this.name, (env) => {
          signal.throwIfAborted();
          this.program.workspace.envVars = { ...env, ...variables };
          const onEvent = (event: EngineEvent): void => {
            progress.take(event);
            interruption.look();
          };
          return start({ onEvent, onOutput: write, onError: write, signal });
        });
        if (!looks) keepStackConfig(sluiceHome(), this.name);
        return { ok: true, changes: progress.changes, made: progress.made, errors: [], log };
      } catch (error) {
        if (error instanceof UserError) throw error;
        const text = error instanceof Error ? error.message : String(error);
        fs.appendFileSync(log, `\n${text}\n`);
        if (lease !== undefined) await refuseLost(lease);
        const [lock] = parseLockMessage(text);
        if (lock === undefined) {
          return { ok: false, changes: progress.changes, errors: errorsOf(progress.errors, text), log };
        }
        // What can be looked at is waited for before the next try.
        if (locked !== undefined) continue;
        this.note(waitingLine(this.name, lock, 0));
        await sleep(againSeconds * 1000);
      } finally {
        clearInterval(clock);
        interruption.end();
        await noted?.();
      }
    }
  }

  /** Its lease. @throws Error for a stack that was opened to be looked at */
  private held(): StackLease {
    if (this.lease === undefined) throw new Error(`${this.name} would be changed without its lease`);
    return this.lease;
  }

  /** Pulumi's own locks of it; undefined where nobody can look at them. */
  private locked(): LockedStack | undefined {
    const place: LockPlace | undefined = lockPlace(this.name);
    return place && { stack: this.name, place, noted: this.held().pulumiLock, note: this.note };
  }
}

/** What fails after a loss fails because of it: an action may have found out first. A store that can't tell changes nothing of what failed. */
async function refuseLost(lease: StackLease): Promise<void> {
  try {
    await lease.check();
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
  }
}

// The same for all stacks of this process, and asked its version once.
let command: Promise<PulumiCommand> | undefined;

/** A workspace that never writes which stack is selected: the folder for that may be read-only, and none is asked. */
async function workspace(folder: string): Promise<LocalWorkspace> {
  command ??= PulumiCommand.get();
  const made = await LocalWorkspace.create({ workDir: folder, pulumiCommand: await command });
  made.selectStack = () => Promise.resolve();
  return made;
}

function logFile(name: string): string {
  const folder = path.join(sluiceHome(), 'logs');
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${name}.log`);
  fs.writeFileSync(file, '', { mode: 0o600 });
  return file;
}

/** The errors that the events told, or else those of Pulumi's output. */
function errorsOf(told: readonly string[], text: string): string[] {
  return told.length > 0 ? [...told] : [pulumiMessage(text)];
}

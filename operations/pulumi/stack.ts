import { LocalWorkspace, PulumiCommand, Stack, type Deployment, type EngineEvent } from '@pulumi/pulumi/automation';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { withoutCodes } from '../../base/codes';
import { painted } from '../../base/terminal';
import { visible } from '../../base/visible';
import { UserError } from '../../base/errors';
import { configRoot, projectRoot, sluiceHome } from '../../base/paths';
import { stateFolder } from '../../base/state-folder';
import { lockFolder, readLocks, removeLock, untilFree } from '../locks/wait';
import type { Lock } from '../locks/lock';
import { withSshLogin } from '../ssh-login';
import { parseLockMessage, pulumiMessage } from './message';
import { exists } from './outputs';
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

type Events = { onEvent(event: EngineEvent): void; onOutput(text: string): void; onError(text: string): void };

/**
 * One stack of this project, driven through Pulumi's Automation API. The environment (PATH, backend, passphrase) is
 * this process's own: see prepare.ts.
 */
export class DeliveryStack {
  private constructor(
    readonly name: string,
    private readonly program: Stack,
    private readonly state: Stack,
    private readonly note: (line: string) => void,
  ) {}

  /** Opens a stack; undefined when it does not exist. */
  static async open(name: string, note: (line: string) => void): Promise<DeliveryStack | undefined> {
    copyStackConfig(configRoot(), sluiceHome(), name);
    if (!(await exists(name))) return undefined;
    return DeliveryStack.on(name, await workspace(configFolder()), note);
  }

  /** Opens a stack, made when it does not exist. */
  static async openOrCreate(name: string, note: (line: string) => void): Promise<DeliveryStack> {
    const existing = await DeliveryStack.open(name, note);
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
    return DeliveryStack.on(name, folder, note);
  }

  private static async on(name: string, folder: LocalWorkspace, note: (line: string) => void): Promise<DeliveryStack> {
    const root = await workspace(projectRoot);
    const program = await Stack.select(name, root);
    // After an operation the Automation API asks for these in the program's folder, where Pulumi then writes a salt.
    program.outputs = () => Promise.resolve({});
    program.info = () => Promise.resolve(undefined);
    return new DeliveryStack(name, program, await Stack.select(name, folder), note);
  }

  /** Waits until nobody holds a stack, which need not exist; takes over what the dead left. */
  static async untilFree(name: string, note: (line: string) => void): Promise<void> {
    const folder = locksOf(name);
    if (folder !== undefined) await untilFree(name, () => readLocks(folder), removeLock, note);
  }

  /** The folder of the stack's locks; undefined when the state is no folder. */
  locks(): string | undefined {
    return locksOf(this.name);
  }

  /**
   * Brings the stack to what the program says.
   * @param o.repair an environment only to what it was last switched to, whatever it is offered. @default false
   */
  up(o: { refresh: boolean; repair?: boolean }): Promise<Outcome> {
    return this.operation(
      'up',
      (events) => this.program.up({ ...events, ...this.options(), refresh: o.refresh }),
      o.repair === true ? { [repairVariable]: '1' } : {},
    );
  }

  /** Takes what really is into the state; forgets creations that never ended. */
  refresh(): Promise<Outcome> {
    return this.operation('refresh', (events) =>
      this.program.refresh({ ...events, ...this.options(), clearPendingCreates: true }),
    );
  }

  /** Takes everything away that the state knows. */
  destroy(): Promise<Outcome> {
    return this.operation('destroy', (events) => this.program.destroy({ ...events, ...this.options() }));
  }

  /** Computes what an update would change; with its events and Pulumi's own text, in which colours are directives. */
  async preview(o: { diff: boolean }): Promise<Outcome & { text: string; events: EngineEvent[] }> {
    let text = '';
    const seen: EngineEvent[] = [];
    const outcome = await this.operation('preview', (events) =>
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
      }),
    );
    return { ...outcome, text: withoutCodes(text), events: seen };
  }

  /** The whole state. */
  export(): Promise<Deployment> {
    return this.state.exportStack();
  }

  /** Forgets the stack and its history, whatever its state still says. */
  async remove(): Promise<void> {
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
    variables: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const log = logFile(`${this.name}-${name}`);
    for (;;) {
      await DeliveryStack.untilFree(this.name, this.note);
      const progress = new Progress(name === 'preview' ? () => undefined : this.note);
      const clock = setInterval(() => progress.tick(), 1000);
      const write = (text: string): void => fs.appendFileSync(log, painted(visible(text), false));
      try {
        await withSshLogin(this.name, (env) => {
          this.program.workspace.envVars = { ...env, ...variables };
          return start({ onEvent: (event) => progress.take(event), onOutput: write, onError: write });
        });
        if (name !== 'preview') keepStackConfig(sluiceHome(), this.name);
        return { ok: true, changes: progress.changes, made: progress.made, errors: [], log };
      } catch (error) {
        if (error instanceof UserError) throw error;
        const text = error instanceof Error ? error.message : String(error);
        fs.appendFileSync(log, `\n${text}\n`);
        const locks = parseLockMessage(text);
        if (locks.length === 0) {
          return { ok: false, changes: progress.changes, errors: errorsOf(progress.errors, text), log };
        }
        await this.afterOthers(locks);
      } finally {
        clearInterval(clock);
      }
    }
  }

  /** For a state that is no folder, only Pulumi's refusal tells of a lock. */
  private async afterOthers(locks: Lock[]): Promise<void> {
    if (this.locks() !== undefined) return;
    let seen = locks;
    const again = async (): Promise<Lock[]> => {
      const now = seen;
      seen = [];
      return Promise.resolve(now);
    };
    await untilFree(this.name, again, () => this.program.cancel(), this.note);
  }
}

function locksOf(stack: string): string | undefined {
  const folder = stateFolder(process.env);
  return folder === undefined ? undefined : lockFolder(folder, stack);
}

// The same for all stacks of this process, and asked its version once.
let pulumi: Promise<PulumiCommand> | undefined;

/** A workspace that never writes which stack is selected: the folder for that may be read-only, and none is asked. */
async function workspace(folder: string): Promise<LocalWorkspace> {
  pulumi ??= PulumiCommand.get();
  const made = await LocalWorkspace.create({ workDir: folder, pulumiCommand: await pulumi });
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

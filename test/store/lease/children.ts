import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import * as readline from 'node:readline';
import type { LeaseTimes } from '../../../store/lease/times';

/** What a run in a process of its own is told at its start. */
export interface ChildSettings {
  /** The store's folder. */
  root: string;
  /** The file that stands for the environment: a run that holds the lease writes its name there. */
  changes: string;
  name: string;
  times: LeaseTimes;
  /** @default production */
  environment?: string;
  /** Its machine is another one, which nobody here can judge. @default false */
  elsewhere?: boolean;
  /** Its date jumps by days. @default false */
  wildClock?: boolean;
  /** How often it takes the lease in `race`. @default 1 */
  turns?: number;
}

/** A run in a process of its own. */
export class Child {
  /** All that it has said so far. */
  readonly said: string[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(readonly process: ChildProcess) {}

  /** Starts one, and waits until it listens. @param variables besides this process's own */
  static async start(settings: ChildSettings, variables: Readonly<Record<string, string>> = {}): Promise<Child> {
    const root = path.resolve(__dirname, '../../..');
    const started: ChildProcess = spawn(
      process.execPath,
      ['-r', './base/loader/typescript.cjs', path.join(__dirname, 'child.ts'), JSON.stringify(settings)],
      { cwd: root, stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...variables } },
    );
    const child = new Child(started);
    if (started.stdout === null) throw new Error('no output');
    readline.createInterface({ input: started.stdout }).on('line', (line) => {
      child.said.push(line);
      for (const look of child.waiting) look();
    });
    await child.says(/^ready$/);
    return child;
  }

  /** Tells it what to do. @returns its answer: `done …` or the error */
  async does(command: string): Promise<string> {
    const from = this.said.length;
    this.tell(command);
    return this.says(new RegExp(`^(done ${command}$|\\w*(Lost|Error|Trouble): )`), from);
  }

  /** The same without waiting. */
  tell(command: string): void {
    this.process.stdin?.write(`${command}\n`);
  }

  /** Waits for a line. @param from of which on. @default all that it has said */
  says(line: RegExp, from = 0): Promise<string> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.said.slice(from).find((each) => line.test(each));
        if (found === undefined) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Sends a signal and, where it ends the process, waits for that. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<NodeJS.Signals | number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.signalCode;
    const gone = new Promise<NodeJS.Signals | number | null>((resolve) =>
      this.process.once('exit', (code, by) => resolve(by ?? code)),
    );
    this.process.kill(signal);
    return gone;
  }
}

import { spawn } from 'node:child_process';
import * as fs from 'node:fs';

/** How one command is run. */
export interface RunOptions {
  cwd?: string;
  /** The whole environment; this process's by default. */
  env?: NodeJS.ProcessEnv;
  input?: string | Buffer;
  /** File to which both streams are appended. */
  log?: string;
  /** Ends the command after so many seconds; no limit by default. */
  timeoutSeconds?: number;
  /** Return instead of throwing when the command fails; false by default. */
  allowFailure?: boolean;
  /** Where standard output goes instead of into the result. */
  stdoutFile?: string;
}

/** What a command left; `code` is 127 when there is no such program, 124 when the time limit ended it. */
export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A command that failed. The message has its last lines and where the rest is. */
export class CommandFailed extends Error {
  constructor(command: string, result: RunResult, log?: string) {
    const tail = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-8).join('\n');
    super(`${command} ended with code ${result.code}${log === undefined ? '' : ` (all of it: ${log})`}:\n${tail}`);
    this.name = 'CommandFailed';
  }
}

/** Runs a program without a shell and waits for it. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await start(command, args, options);
  if (result.code !== 0 && options.allowFailure !== true)
    throw new CommandFailed(`${command} ${args.slice(0, 3).join(' ')}`, result, options.log);
  return result;
}

function start(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => {
    const log = options.log === undefined ? undefined : fs.openSync(options.log, 'a');
    if (log !== undefined) fs.writeSync(log, `\n$ ${command} ${args.join(' ')}\n`);
    const output = options.stdoutFile === undefined ? undefined : fs.openSync(options.stdoutFile, 'w');
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', output ?? 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    const collect = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
      // Only the end is needed of what goes to a log: a compiler can print megabytes.
      texts[name] = log === undefined ? texts[name] + chunk.toString() : (texts[name] + chunk.toString()).slice(-65536);
      if (log !== undefined) fs.writeSync(log, chunk);
    };
    child.stdout?.on('data', collect('stdout'));
    child.stderr?.on('data', collect('stderr'));
    let timedOut = false;
    const timer =
      options.timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, options.timeoutSeconds * 1000);
    let finished = false;
    const finish = (code: number): void => {
      if (finished) return;
      finished = true;
      clearTimeout(timer);
      for (const file of [log, output]) if (file !== undefined) fs.closeSync(file);
      resolve({ code, ...texts });
    };
    child.on('error', (error) => {
      texts.stderr += error.message;
      finish(127);
    });
    child.on('close', (code) => finish(timedOut ? 124 : (code ?? 1)));
    // A program that ends early closes the pipe; its exit code tells more than EPIPE would.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);
  });
}

/** Absolute path of a program on PATH, or undefined. */
export function which(program: string, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  for (const folder of (environment['PATH'] ?? '').split(':')) {
    const file = `${folder}/${program}`;
    try {
      fs.accessSync(file, fs.constants.X_OK);
      if (fs.statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import * as fs from 'node:fs';
import { tellLines } from './lines';

/** How one command is run. */
export interface RunOptions {
  cwd?: string;
  /** The whole environment; this process's by default. */
  env?: NodeJS.ProcessEnv;
  input?: string | Buffer;
  /** File to which both streams are appended, after the command line; only their end is kept besides. */
  log?: string;
  /** Ends the command after so many seconds; no limit by default. */
  timeoutSeconds?: number;
  /** Ends the command when it is aborted; the result has the signal then. */
  signal?: AbortSignal;
  /** It gets a process group of its own, and all that it has started ends with it. @default false */
  group?: boolean;
  /** Whom it runs as. Takes the right to become others. @default whoever runs this */
  user?: { uid: number; gid: number };
  /** Return instead of throwing when the command fails; false by default. */
  allowFailure?: boolean;
  /** Where standard output goes instead of into the result. */
  stdoutFile?: string;
  /** Where both streams go instead of into the result. */
  outputFile?: string;
  /** It has this process's own streams, a terminal if that is one. @default false */
  terminal?: boolean;
  /** Bytes of its output that are kept at most, the last ones. @default all; 64 KiB with a log, a compiler can print megabytes */
  keepBytes?: number;
  /** Called with each line as it comes. */
  onLine?: (line: string, stream: StreamName) => void;
}

type StreamName = 'stdout' | 'stderr';

/** What a command left; `code` is 127 when there is no such program, 124 when the time limit ended it, 1 when a signal did. */
export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** The same with what only some want to know. */
export interface FinishedRun extends RunResult {
  /** The signal that has ended it. */
  signal?: NodeJS.Signals;
  /** Why it could not be started. */
  problem?: NodeJS.ErrnoException;
  /** Standard output as it came. */
  bytes: Buffer;
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
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<FinishedRun> {
  const result = await start(command, args, options);
  if (result.code !== 0 && options.allowFailure !== true)
    throw new CommandFailed(`${command} ${args.slice(0, 3).join(' ')}`, result, options.log);
  return result;
}

/**
 * As {@link run}, for callers that say in their own words that a command failed.
 * @throws the system's own error when it can't be started
 */
export async function runStarted(
  command: string,
  args: readonly string[],
  options: Omit<RunOptions, 'allowFailure'> = {},
): Promise<FinishedRun> {
  const result = await start(command, args, options);
  if (result.problem !== undefined) throw result.problem;
  return result;
}

async function start(command: string, args: readonly string[], options: RunOptions): Promise<FinishedRun> {
  const files: number[] = [];
  const open = (file: string | undefined, flags: string): number | undefined => {
    if (file === undefined) return undefined;
    const opened = fs.openSync(file, flags);
    files.push(opened);
    return opened;
  };
  try {
    const log = open(options.log, 'a');
    if (log !== undefined) fs.writeSync(log, `\n$ ${command} ${args.join(' ')}\n`);
    const both = open(options.outputFile, 'w');
    const stdout = both ?? open(options.stdoutFile, 'w');
    const input = options.input === undefined ? 'ignore' : 'pipe';
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.terminal === true ? 'inherit' : [input, stdout ?? 'pipe', both ?? 'pipe'],
      detached: options.group === true,
      ...options.user,
    } satisfies SpawnOptions);
    return await followed(child, log, options);
  } finally {
    for (const file of files) fs.closeSync(file);
  }
}

/** Takes what a child prints until it has ended, and ends it when its time is over. */
async function followed(child: ChildProcess, log: number | undefined, options: RunOptions): Promise<FinishedRun> {
  const kept = new Kept(options.keepBytes ?? (log === undefined ? Infinity : 65_536));
  for (const name of ['stdout', 'stderr'] as const) {
    const { onLine } = options;
    child[name]?.on('data', (chunk: Buffer) => {
      kept.take(name, chunk);
      if (log !== undefined) fs.writeSync(log, chunk);
    });
    if (child[name] !== null && onLine !== undefined) tellLines(child[name], (line) => onLine(line, name));
  }
  let timedOut = false;
  const end = (): void => kill(child, options.group === true);
  const late = (): void => {
    timedOut = true;
    end();
  };
  const timer = options.timeoutSeconds === undefined ? undefined : setTimeout(late, options.timeoutSeconds * 1000);
  options.signal?.addEventListener('abort', end, { once: true });
  try {
    return await new Promise((resolve) => {
      child.on('error', (problem: NodeJS.ErrnoException) => {
        resolve({ ...kept.texts(), stderr: kept.texts().stderr + problem.message, code: 127, problem });
      });
      child.on('close', (code, signal) => {
        const ended = signal === null ? {} : { signal };
        resolve({ ...kept.texts(), ...ended, code: timedOut ? 124 : (code ?? 1) });
      });
      // A program that ends early closes the pipe; its exit code tells more than EPIPE would.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input);
      if (options.signal?.aborted === true) end();
    });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', end);
    if (options.group === true) end();
  }
}

function kill(child: ChildProcess, group: boolean): void {
  if (child.pid === undefined) return;
  try {
    if (group) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It is gone already, and so is all that it has started.
  }
}

/** What is kept of a command's output. */
class Kept {
  private readonly chunks: { name: StreamName; chunk: Buffer }[] = [];
  private size = 0;

  constructor(private readonly most: number) {}

  take(name: StreamName, chunk: Buffer): void {
    this.chunks.push({ name, chunk });
    this.size += chunk.length;
    for (let first = this.chunks[0]; first !== undefined && this.size - first.chunk.length >= this.most;) {
      this.size -= first.chunk.length;
      this.chunks.shift();
      first = this.chunks[0];
    }
  }

  texts(): { stdout: string; stderr: string; bytes: Buffer } {
    const bytes = this.of('stdout');
    return { stdout: bytes.toString(), stderr: this.of('stderr').toString(), bytes };
  }

  private of(wanted: StreamName): Buffer {
    return Buffer.concat(this.chunks.flatMap(({ name, chunk }) => (name === wanted ? [chunk] : [])));
  }
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

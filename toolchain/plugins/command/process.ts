import { spawn, type ChildProcess } from 'node:child_process';
import { tellLines } from '../../../base/lines';
import type { Operation } from '../serving/plugin';

/** How a command is run. */
export interface Run {
  command: string;
  /** Program and arguments before the command; the system's shell by default. */
  interpreter?: readonly string[];
  dir?: string;
  environment: Record<string, string>;
  stdin?: string;
  logStdout: boolean;
  logStderr: boolean;
}

/** What a command printed, without one newline at the end. */
export interface CommandOutput {
  stdout: string;
  stderr: string;
}

const END_MILLISECONDS = 5000;

/**
 * Runs a command to its end; its lines are shown while it runs. Not base/process: as the official plugin does, it asks a command to end
 * before it ends it, and tells both streams in the order in which they came.
 * @throws Error with the command and all it printed when it does not end with 0
 */
export async function runCommand(run: Run, operation: Pick<Operation, 'signal' | 'status'>): Promise<CommandOutput> {
  const [program = '', ...before] = run.interpreter?.length ? run.interpreter : shell();
  const child = spawn(program, [...before, run.command], {
    cwd: run.dir ?? process.cwd(),
    env: { ...process.env, ...run.environment },
    stdio: [run.stdin === undefined || run.stdin === '' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    // A group of its own, so that ending it ends what it started.
    detached: process.platform !== 'win32',
  });
  const both: Buffer[] = [];
  const stdout = collectOutput(child.stdout, both, run.logStdout ? operation.status : undefined);
  const stderr = collectOutput(child.stderr, both, run.logStderr ? operation.status : undefined);
  const abort = (): void => end(child);
  operation.signal.addEventListener('abort', abort, { once: true });
  try {
    const problem = await new Promise<string | undefined>((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('close', (code, signal) => resolve(code === 0 ? undefined : how(code, signal)));
      // A command that does not read its input closes it early; how it ended tells more than the broken pipe.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(run.stdin);
    });
    if (problem !== undefined) {
      throw new Error(`${problem}: running ${JSON.stringify(run.command)}:\n${Buffer.concat(both).toString()}`);
    }
  } finally {
    operation.signal.removeEventListener('abort', abort);
  }
  return { stdout: trimmed(stdout), stderr: trimmed(stderr) };
}

function shell(): string[] {
  return process.platform === 'win32' ? ['cmd', '/C'] : ['/bin/sh', '-c'];
}

function how(code: number | null, signal: NodeJS.Signals | null): string {
  return code === null ? `signal: ${String(signal)}` : `exit status ${code}`;
}

/** Keeps what a stream prints, and shows its lines. */
export function collectOutput(
  stream: NodeJS.ReadableStream | null,
  both: Buffer[],
  line: ((text: string) => void) | undefined,
): Buffer[] {
  const own: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => {
    own.push(chunk);
    both.push(chunk);
  });
  if (stream !== null && line !== undefined) tellLines(stream, line);
  return own;
}

/** All of it as text, without one newline at the end. */
export function trimmed(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString().replace(/\n$/, '');
}

function end(child: ChildProcess): void {
  kill(child, 'SIGTERM');
  setTimeout(() => kill(child, 'SIGKILL'), END_MILLISECONDS).unref();
}

function kill(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended in between.
  }
}

import { spawn } from 'node:child_process';

/** What a command left, and how long it took. */
export interface Finished {
  code: number;
  /** Both streams in the order in which they came. */
  output: string;
  seconds: number;
}

/** How a command is run. */
export interface CommandOptions {
  cwd: string;
  /** All of its environment. */
  env: NodeJS.ProcessEnv;
  /** Kills it and all that it has started. */
  signal: AbortSignal;
}

/**
 * Runs a command to its end, in a process group of its own, and takes the time. Not base/process: what it measures goes on in the group
 * when the command has ended, and both streams are one.
 */
export async function finish([program = '', ...args]: readonly string[], o: CommandOptions): Promise<Finished> {
  o.signal.throwIfAborted();
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: o.cwd, env: o.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    const kill = (): void => {
      // One that has ended in this moment has no process group any more.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    o.signal.addEventListener('abort', kill);
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      o.signal.removeEventListener('abort', kill);
      resolve({ code: code ?? 1, output, seconds: (performance.now() - began) / 1000 });
    });
  });
}

/** The same for a command that has to succeed. @throws Error with its last lines */
export async function succeed(command: readonly string[], o: CommandOptions): Promise<Finished> {
  const finished = await finish(command, o);
  if (finished.code === 0) return finished;
  const last = finished.output.trim().split('\n').slice(-8).join('\n');
  throw new Error(`${command.slice(0, 3).join(' ')} ended with code ${finished.code}:\n${last}`);
}

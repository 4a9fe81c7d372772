import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** A running sampler of command lines. */
export interface Sampling {
  /** Ends it; returns when all that it saw is in the file. */
  stop(): Promise<void>;
}

/**
 * Starts to write the command lines of all processes to a file, in a process of its own, which ends with this one.
 * @returns undefined on a machine without /proc, where nobody sees what runs in containers
 */
export function sampleProcesses(file: string): Sampling | undefined {
  if (!fs.existsSync('/proc/self/cmdline')) return undefined;
  const child = spawn(process.execPath, [path.join(__dirname, 'sampler.cjs'), file], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  // It must not keep the tests alive.
  child.unref();
  return {
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}

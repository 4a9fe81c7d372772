import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../base/paths';
import type { Call } from './call';

/** Whether such a program is there: the image of steps and checks has none. */
export function isBeside(program: string): boolean {
  return fs.existsSync(path.join(projectRoot, program));
}

/**
 * Runs a program that stands beside the product (test/, bench/), in a process of its own: the product imports nothing of it.
 * @param program its file from the project's root on
 * @param call options and words that it gets as they were typed
 * @param environment variables besides this process's own, where these have none of the name
 * @returns its exit code; 1 when a signal ended it
 */
export function runBeside(
  program: string,
  { options, words }: Pick<Call, 'options' | 'words'>,
  environment: Readonly<Record<string, string>> = {},
): Promise<number> {
  const typed = Object.entries(options).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [value === true ? `--${name}` : `--${name}=${value}`],
  );
  const child = spawn(process.execPath, [path.join(projectRoot, program), ...typed, '--', ...words], {
    stdio: 'inherit',
    env: { ...environment, ...process.env },
  });
  // A terminal's signals reach the program, too, which may have much to take away: this process waits for it.
  const wait = (): void => undefined;
  const end = (): void => void child.kill('SIGTERM');
  process.on('SIGINT', wait).on('SIGHUP', wait).on('SIGTERM', end);
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  }).finally(() => process.off('SIGINT', wait).off('SIGHUP', wait).off('SIGTERM', end));
}

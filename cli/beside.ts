import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { projectRoot } from '../base/paths';
import type { Call } from './call';

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
  // At a terminal both get the signal; from elsewhere only this process does.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

import * as fs from 'node:fs';
import * as path from 'node:path';
import type { PartContext } from '../part';

/**
 * Runs npm as the user would, from a folder; its cache and its registry settings are the user's.
 */
export async function npm(context: Pick<PartContext, 'run'>, args: readonly string[], cwd: string): Promise<void> {
  await context.run('npm', [...args, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'], { cwd });
}

/** Installs packages (name@version) without running any of their scripts. @returns the folder node_modules */
export async function npmPackages(
  context: Pick<PartContext, 'run'>,
  packages: readonly string[],
  folder: string,
): Promise<string> {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}\n');
  await npm(context, ['install', '--ignore-scripts', '--no-package-lock', ...packages], folder);
  return path.join(folder, 'node_modules');
}

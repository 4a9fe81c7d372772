import * as path from 'node:path';
import { ports, prefix } from '../test/end-to-end/isolate';
import type { World } from '../test/end-to-end/sluice';
import { finish, succeed, type CommandOptions, type Finished } from './command';
import type { BenchOptions } from './options';
import type { Row } from './result';

/** Where and with what a row is measured. */
export interface Setting {
  /** A whole Sluice of the bench's own, brought up. */
  world: World;
  options: BenchOptions;
  /** `['docker', 'compose']`, `['docker-compose']`; undefined where neither is there. */
  compose: readonly string[] | undefined;
  /** A line of progress. */
  note: (line: string) => void;
  /** The environment in which plain pulumi works on the bench's Sluice. */
  pulumi: NodeJS.ProcessEnv;
  /** Somebody has stopped the bench. */
  signal: AbortSignal;
}

/** Measures one row. @throws Error when nothing of it can be measured, with the reason */
export type Measure = (setting: Setting) => Promise<Row>;

/** Why there is no figure of docker-compose, and what to do. */
export const noCompose =
  'neither "docker compose" nor "docker-compose" is on this machine; install the engine\'s compose plugin or your system\'s package docker-compose';

/** Host ports of the bench besides those of its Sluice. */
export const benchPorts = {
  /** The environment that is deployed to under load. */
  sluice: ports.pilot.frontend + 100,
  /** The same by docker-compose. */
  compose: ports.pilot.frontend + 101,
  composeFrontend: ports.pilot.frontend + 102,
} as const;

/** Prefix of the names of what is made to hold Sluice against; its label is that of the bench's Sluice. */
export const others = `${prefix}-other`;

/** A folder for a row's files, which goes with the world. */
export function folderOf({ world }: Setting, name: string): string {
  return path.join(world.folder, name);
}

/** The environment of commands that are not Sluice's. */
export function plain({ world, signal }: Setting, env: NodeJS.ProcessEnv = {}, cwd = world.folder): CommandOptions {
  return { cwd, env: { ...process.env, ...env }, signal };
}

/** Plain `pulumi` on a stack of the bench's Sluice, whatever its exit code. */
export function pulumi(
  setting: Setting,
  command: 'up' | 'destroy',
  stack: string,
  ...args: string[]
): Promise<Finished> {
  return finish(pulumiCommand(setting, command, stack, args), pulumiOptions(setting));
}

/** The same; it has to succeed. */
export function pulumiSucceeds(
  setting: Setting,
  command: 'up' | 'destroy',
  stack: string,
  ...args: string[]
): Promise<Finished> {
  return succeed(pulumiCommand(setting, command, stack, args), pulumiOptions(setting));
}

function pulumiCommand({ world }: Setting, command: string, stack: string, args: readonly string[]): string[] {
  const config = path.join(world.env['SLUICE_HOME'] ?? '', 'config', `Pulumi.${stack}.yaml`);
  const quiet = ['--yes', '--skip-preview', '--non-interactive', '--color', 'never'];
  return ['pulumi', command, '-s', stack, ...quiet, '--config-file', config, ...args];
}

function pulumiOptions({ world, pulumi: env, signal }: Setting): CommandOptions {
  return { cwd: world.clone, env, signal };
}

/** Reads what the verb `env` prints: `export NAME='value'`, a line each. */
export function parseExports(text: string): Record<string, string> {
  const lines = text.matchAll(/^export (\w+)='(.*)'$/gm);
  return Object.fromEntries(Array.from(lines, ([, name = '', value = '']) => [name, value.replaceAll(`'\\''`, `'`)]));
}

import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { layout } from '../../../toolchain/layout';
import { pluginVersions } from '../../../toolchain/items/plugins';
import { bundlePlugin, pluginNames, type PluginName } from '../../../toolchain/plugins/bundle';

export { pluginNames };

/** A plugin that tests can run: ours, bundled anew from this checkout, or an official one that this machine has. */
export interface Executable {
  plugin: PluginName;
  /** `ours`, or `official (where it was found)`. */
  title: string;
  /** Undefined for ours, which is made when it is first asked for. */
  path: string | undefined;
}

/**
 * The executables that the tests of a plugin run against. Ours always; every official one that is found without being told:
 * of the pinned version in the folders where Pulumi keeps plugins ($PULUMI_HOME, ~/.pulumi, the toolchain's cache), of any
 * version on the PATH; and the one that SLUICE_TEST_PLUGIN_<NAME> names.
 */
export function executablesOf(plugin: PluginName, environment: NodeJS.ProcessEnv = process.env): Executable[] {
  const file = `pulumi-resource-${plugin}${process.platform === 'win32' ? '.exe' : ''}`;
  const version = pluginVersions()[plugin] ?? '';
  const inHome = (home: string): string => path.join(home, 'plugins', `resource-${plugin}-v${version}`, file);
  const variable = `SLUICE_TEST_PLUGIN_${plugin.toUpperCase()}`;
  const places: [where: string, path: string | undefined][] = [
    [variable, environment[variable]],
    ['$PULUMI_HOME', environment['PULUMI_HOME'] && inHome(environment['PULUMI_HOME'])],
    ['~/.pulumi', inHome(path.join(os.homedir(), '.pulumi'))],
    ["the toolchain's cache", inHome(layout(environment).pulumiHome)],
    ...(environment['PATH'] ?? '')
      .split(path.delimiter)
      .map((folder): [string, string] => ['PATH', path.join(folder, file)]),
  ];
  const found = new Map<string, Executable>();
  for (const [where, candidate] of places) {
    if (candidate === undefined || candidate === '') continue;
    if (where !== variable && !isOfficial(candidate)) continue;
    if (!found.has(candidate)) found.set(candidate, { plugin, title: `official (${where})`, path: candidate });
  }
  return [{ plugin, title: 'ours', path: undefined }, ...found.values()];
}

/** An official plugin is a program of the machine's own kind, ours a script that runs the bundle beside it. */
export function isOfficial(file: string): boolean {
  if (!existsSync(file) || existsSync(path.join(path.dirname(file), 'plugin.cjs'))) return false;
  const start = Buffer.alloc(2);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, start);
  } finally {
    closeSync(descriptor);
  }
  return start.toString() !== '#!';
}

const bundled = new Map<PluginName, Promise<string>>();

/** The file to start. Ours is bundled once for all tests of a run. */
export function pathOf({ plugin, path: known }: Executable): Promise<string> {
  if (known !== undefined) return Promise.resolve(known);
  let making = bundled.get(plugin);
  if (making === undefined) {
    const folder = mkdtempSync(path.join(os.tmpdir(), `sluice-plugin-${plugin}-`));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    making = bundlePlugin(plugin, folder).then(() => path.join(folder, `pulumi-resource-${plugin}`));
    bundled.set(plugin, making);
  }
  return making;
}

/** Declares tests once for each executable of a plugin; they hold for all of them, unchanged. */
export function eachPlugin(plugin: PluginName, title: string, tests: (executable: Executable) => void): void {
  for (const executable of executablesOf(plugin)) {
    describe(`${title}, plugin ${plugin}: ${executable.title}`, function () {
      this.timeout(120_000);
      tests(executable);
    });
  }
}

/** Ours, for what holds of ours alone. */
export function ours(plugin: PluginName): Executable {
  return { plugin, title: 'ours', path: undefined };
}

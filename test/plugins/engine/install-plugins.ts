import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import { pluginVersions } from '../../../toolchain/items/plugins';
import { ours, pathOf, pluginNames } from './executables';

/** Puts our plugins, as this checkout has them, into the Pulumi home that these variables name. */
export async function installPlugins(environment: NodeJS.ProcessEnv): Promise<void> {
  for (const name of pluginNames) {
    const from = path.dirname(await pathOf(ours(name)));
    const version = pluginVersions()[name] ?? '';
    execFileSync('pulumi', ['plugin', 'install', 'resource', name, version, '--reinstall', '--file', from], {
      env: { ...process.env, ...environment },
      stdio: 'ignore',
    });
  }
}

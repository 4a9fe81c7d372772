import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

/** The plugins that can be made here. */
export const pluginNames = ['docker', 'command', 'random'] as const;
export type PluginName = (typeof pluginNames)[number];

const root = path.resolve(__dirname, '..', '..');

/** The version a plugin must have: that of the installed SDK package. */
export async function pluginVersion(name: PluginName): Promise<string> {
  const text = await readFile(path.join(root, 'node_modules', '@pulumi', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

// The wrapper replaces itself, so that the engine's child is the plugin itself and ends when it is told to.
const WRAPPER = `#!/bin/sh
exec node "$(dirname "$0")/plugin.cjs" "$@"
`;

/**
 * Makes a plugin in a folder, ready for \`pulumi plugin install resource NAME VERSION -f FOLDER\`: one JavaScript file with
 * all it needs, and the executable \`pulumi-resource-NAME\` that runs it with the \`node\` of the PATH.
 * @param folder made if it is not there
 * @returns the plugin's version
 */
export async function bundlePlugin(name: PluginName, folder: string): Promise<string> {
  const { build } = await import('esbuild');
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [path.join(__dirname, name, 'main.ts')],
    outfile: path.join(folder, 'plugin.cjs'),
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Compiled parts make some packages faster, and are done without where they are not found.
    external: ['*.node'],
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  const executable = path.join(folder, `pulumi-resource-${name}`);
  await writeFile(executable, WRAPPER);
  await chmod(executable, 0o755);
  return pluginVersion(name);
}

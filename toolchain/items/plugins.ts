import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { hashOf } from '../hash';
import type { Layout } from '../layout';
import { type PartContext, type Part, folderPart } from '../part';
import { wantedFilesBelow } from '../program-files';

/** The plugins that the program uses; each has the version of its SDK in package.json. */
export const pluginNames = ['docker', 'command', 'random'] as const;

/** What they share with the program: what other programs say, and the codes that it is given. They import nothing else of it. */
export const sharedSources = [
  'base/codes.ts',
  'base/lines.ts',
  'base/visible.ts',
  'clients/docker/words.ts',
  'clients/ssh/words.ts',
];

/** Versions of the plugins, by name. */
export function pluginVersions(): Record<string, string> {
  const { dependencies } = JSON.parse(fs.readFileSync(path.join(projectRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.fromEntries(pluginNames.map((name) => [name, dependencies[`@pulumi/${name}`] ?? 'none']));
}

/** Folder with a folder for each plugin, ready to be installed, made from the sources in `toolchain/plugins`. */
export const pluginBundles: Part = folderPart({
  name: 'plugin-bundles',
  title: 'Pulumi plugins docker, command, random, bundled',
  seconds: 10,
  recipe: { sources: pluginSources(), versions: pluginVersions(), packages: lockOfPackages() },
  needs: [],
  async fill(folder) {
    const { bundlePlugin } = await import('../plugins/bundle');
    for (const name of pluginNames) await bundlePlugin(name, path.join(folder, name));
  },
});

function pluginSources(): Record<string, string> {
  const folder = path.join('toolchain', 'plugins');
  const own = wantedFilesBelow(path.join(projectRoot, folder), () => true).map((file) => path.join(folder, file));
  return Object.fromEntries(
    [...own, ...sharedSources].map((file) => [file, hashOf(fs.readFileSync(path.join(projectRoot, file), 'utf8'))]),
  );
}

/** What the bundles take in from packages. */
function lockOfPackages(): string {
  return hashOf(fs.readFileSync(path.join(projectRoot, 'package-lock.json'), 'utf8'));
}

/** The installed plugins, whose content comes from the bundles or, without them, from Pulumi's own downloads. */
export function installedPlugins(
  pulumi: Part | undefined,
  pulumiFolder: string | undefined,
  bundles: Part | undefined,
): Part {
  const versions = pluginVersions();
  return {
    name: 'plugins',
    kind: 'other',
    id: bundles === undefined ? `plugins-${hashOf(versions)}` : `plugins-${bundles.id}`,
    title: `Pulumi plugins ${pluginNames.map((name) => `${name} ${versions[name] ?? ''}`).join(', ')}, installed`,
    seconds: 10,
    needs: [pulumi, bundles].filter((part) => part !== undefined),
    async make(context) {
      const folder = pulumi === undefined ? pulumiFolder : context.folder(pulumi);
      for (const [name, version] of Object.entries(versions)) {
        context.note(`installing ${name} ${version}`);
        await installPlugin(context, path.join(folder ?? '', 'pulumi'), { name, version, bundles });
      }
      fs.writeFileSync(marker(context.layout), this.id);
    },
  };
}

async function installPlugin(
  context: PartContext,
  pulumi: string,
  o: { name: string; version: string; bundles: Part | undefined },
): Promise<void> {
  const from = o.bundles === undefined ? [] : ['--file', path.join(context.folder(o.bundles), o.name)];
  await context.run(pulumi, ['plugin', 'install', 'resource', o.name, o.version, '--reinstall', ...from], {
    env: { ...process.env, PULUMI_HOME: context.layout.pulumiHome, PULUMI_SKIP_UPDATE_CHECK: 'true' },
  });
}

function marker(layout: Layout): string {
  return path.join(layout.pulumiHome, 'sluice-plugins');
}

/** Whether these very plugins are installed. The marker is written last, so it never tells of half an installation. */
export function arePluginsInstalled(layout: Layout, id: string): boolean {
  try {
    if (fs.readFileSync(marker(layout), 'utf8') !== id) return false;
  } catch {
    return false;
  }
  return Object.entries(pluginVersions()).every(([name, version]) =>
    fs.existsSync(path.join(layout.pulumiHome, 'plugins', `resource-${name}-v${version}`, `pulumi-resource-${name}`)),
  );
}

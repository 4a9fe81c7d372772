import * as fs from 'node:fs';
import * as path from 'node:path';
import { type PartContext, type Part, folderPart } from '../part';
import { goBuildArguments, staticTags } from '../recipes/go-programs';
import { versions } from '../versions';
import { compilers, goArchitecture } from './compilers';
import { go } from './go-program';
import { copyTree } from './image';
import { nodeRuntime } from './node-runtime';
import { npmPackages } from './npm';

const gitea = {
  module: 'code.gitea.io/gitea',
  package: '.',
  c: true,
  cFlags: '-O2 -g0 -DSQLITE_MAX_VARIABLE_NUMBER=32766',
  tags: ['sqlite', 'sqlite_unlock_notify', 'timetzdata', ...staticTags],
  linkerFlags: [
    `-X main.Version=${versions.gitea}`,
    // Where the image has templates and public files, unless app.ini says otherwise.
    '-X code.gitea.io/gitea/modules/setting.StaticRootPath=/app/gitea',
  ],
};

/** Gitea's sources, writable: the module's folder in Go's cache is not. */
const source: Part = folderPart({
  name: 'gitea-source',
  title: `Gitea ${versions.gitea}, its sources`,
  seconds: 10,
  recipe: { module: gitea.module, version: versions.gitea },
  needs: [compilers],
  async fill(folder, context) {
    const text = await go(context, ['mod', 'download', '-json', `${gitea.module}@v${versions.gitea}`], folder, gitea);
    copyTree((JSON.parse(text) as { Dir: string }).Dir, folder);
    makeWritable(folder);
  },
});

/** Folder with Gitea's program. */
export const giteaProgram: Part = folderPart({
  name: 'gitea-server',
  title: `Gitea ${versions.gitea}, compiled`,
  seconds: 270,
  recipe: { gitea, architecture: goArchitecture(), arguments: goBuildArguments(gitea, '', 'readonly') },
  needs: [compilers, source],
  async fill(folder, context) {
    context.note('compiling');
    await go(context, goBuildArguments(gitea, path.join(folder, 'gitea'), 'readonly'), context.folder(source), gitea);
  },
});

/** Folder with what lies beside Gitea's program: `templates`, `options`, `public`, and its images' own scripts in `rootless`. */
export const giteaFiles: Part = folderPart({
  name: 'gitea-files',
  title: `Gitea ${versions.gitea}, its pages`,
  seconds: 60,
  recipe: { version: versions.gitea, pnpm: versions.pnpm },
  needs: [source, nodeRuntime],
  fill: buildPages,
});

async function buildPages(folder: string, context: PartContext): Promise<void> {
  const work = context.store.scratch('gitea-pages');
  const sources = path.join(work, 'source');
  copyTree(context.folder(source), sources);
  const modules = await npmPackages(context, [`pnpm@${versions.pnpm}`], path.join(work, 'pnpm'));
  const node = path.join(context.folder(nodeRuntime), 'bin');
  const environment = {
    ...process.env,
    PATH: `${node}:${process.env['PATH'] ?? ''}`,
    CI: 'true',
    // Else pnpm downloads the exact version that package.json names.
    npm_config_manage_package_manager_versions: 'false',
    npm_config_store_dir: path.join(work, 'pnpm-store'),
  };
  const pnpm = (...args: string[]): Promise<unknown> =>
    context.run(path.join(node, 'node'), [path.join(modules, 'pnpm', 'bin', 'pnpm.cjs'), ...args], {
      cwd: sources,
      env: environment,
    });
  context.note('installing front-end packages');
  await pnpm('install', '--frozen-lockfile', '--ignore-scripts');
  context.note('bundling the front end');
  await pnpm('exec', 'vite', 'build');
  for (const name of ['templates', 'options', 'public']) copyTree(path.join(sources, name), path.join(folder, name));
  copyTree(path.join(sources, 'docker', 'rootless'), path.join(folder, 'rootless'));
  const scripts = path.join(folder, 'rootless', 'usr', 'local', 'bin');
  for (const name of fs.readdirSync(scripts)) fs.chmodSync(path.join(scripts, name), 0o755);
  fs.rmSync(work, { recursive: true, force: true });
}

function makeWritable(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) makeWritable(file);
    else if (entry.isFile()) fs.chmodSync(file, 0o644);
  }
}

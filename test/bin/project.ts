import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';

/**
 * Makes a folder a project with this one's loaders, settings and packages, and a place of its own for what is compiled.
 * @param files text by name
 */
export function makeProject(root: string, files: Readonly<Record<string, string>>): void {
  const packages = path.join(projectRoot, 'node_modules');
  for (const name of ['bin', 'base/loader', 'node_modules']) fs.mkdirSync(path.join(root, name), { recursive: true });
  for (const file of [
    'base/loader/later.cjs',
    'bin/program.cjs',
    'base/loader/typescript.cjs',
    'package.json',
    'tsconfig.json',
  ])
    fs.copyFileSync(path.join(projectRoot, file), path.join(root, file));
  for (const name of fs.readdirSync(packages))
    if (!name.startsWith('.')) fs.symlinkSync(path.join(packages, name), path.join(root, 'node_modules', name));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(root, name), text);
}

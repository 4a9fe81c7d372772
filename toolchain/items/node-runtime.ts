import * as fs from 'node:fs';
import * as path from 'node:path';
import { folderPart, type Part } from '../part';
import { versions } from '../versions';
import { npmPackages } from './npm';

/** npm as that Node's distribution carries it. */
const npmVersion = '10.9.4';

/** Folder laid out like Node's distribution (`bin/node`, `bin/npm`, `lib/node_modules/npm`), from npm packages, for Linux. */
export const nodeRuntime: Part = folderPart({
  name: 'node-runtime',
  title: `Node ${versions.node}, from npm`,
  seconds: 10,
  recipe: { node: versions.node, npm: npmVersion, architecture: process.arch },
  needs: [],
  async fill(folder, context) {
    const nodePackage = `node-linux-${process.arch}`;
    const scratch = context.store.scratch('node-npm');
    const modules = await npmPackages(context, [`${nodePackage}@${versions.node}`, `npm@${npmVersion}`], scratch);
    const [bin, library] = [path.join(folder, 'bin'), path.join(folder, 'lib', 'node_modules')];
    fs.mkdirSync(bin);
    fs.mkdirSync(library, { recursive: true });
    fs.copyFileSync(path.join(modules, nodePackage, 'bin', 'node'), path.join(bin, 'node'));
    fs.chmodSync(path.join(bin, 'node'), 0o755);
    fs.renameSync(path.join(modules, 'npm'), path.join(library, 'npm'));
    for (const name of ['npm', 'npx'])
      fs.symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, path.join(bin, name));
    fs.rmSync(scratch, { recursive: true, force: true });
  },
});

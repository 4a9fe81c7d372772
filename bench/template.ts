import * as fs from 'node:fs';
import * as path from 'node:path';
import { succeed } from './command';
import { folderOf, plain, type Setting } from './setting';

/** A program that declares nothing, as Pulumi's template for TypeScript lays it out. */
export interface EmptyProgram {
  folder: string;
  stack: string;
  env: NodeJS.ProcessEnv;
}

/** Of the template: compiled on the way by ts-node, types checked. */
const files = {
  'Pulumi.yaml':
    'name: empty\ndescription: A program that declares nothing\nruntime:\n  name: nodejs\n  options:\n    packagemanager: npm\n',
  'index.ts': 'import * as pulumi from "@pulumi/pulumi";\n',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      strict: true,
      outDir: 'bin',
      target: 'es2020',
      module: 'commonjs',
      moduleResolution: 'node',
      sourceMap: true,
      experimentalDecorators: true,
      pretty: true,
      noFallthroughCasesInSwitch: true,
      noImplicitReturns: true,
      forceConsistentCasingInFileNames: true,
    },
    files: ['index.ts'],
  }),
} as const;

/** Packages of the template, each in the version that this project has. */
const packages = ['@pulumi/pulumi', '@types/node', 'typescript'] as const;

/**
 * Makes the empty program with a stack of its own, in a backend of the same kind (a folder), with the same pulumi and the
 * same PULUMI_HOME. Its packages are installed by npm, so that it gets what whoever uses the template gets.
 */
export async function emptyProgram(setting: Setting): Promise<EmptyProgram> {
  const folder = folderOf(setting, 'empty');
  const state = path.join(folder, 'state');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(state, { recursive: true });
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, file), text);
  const dependencies = Object.fromEntries(packages.map((name) => [name, versionOf(setting.world.clone, name)]));
  fs.writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', main: 'index.ts', dependencies }),
  );
  const env = { ...setting.pulumi, PULUMI_BACKEND_URL: `file://${state}` };
  const o = { cwd: folder, env, signal: setting.signal };
  await succeed(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
    ...plain(setting),
    cwd: folder,
  });
  const program = { folder, stack: 'dev', env };
  await succeed(['pulumi', 'stack', 'init', program.stack, '--non-interactive'], o);
  await succeed(upOf(program), o);
  return program;
}

/** `pulumi up` of it, as the other is called. */
export function upOf({ stack }: EmptyProgram, ...more: string[]): string[] {
  return ['pulumi', 'up', '-s', stack, '--yes', '--skip-preview', '--non-interactive', '--color', 'never', ...more];
}

function versionOf(clone: string, name: string): string {
  const file = path.join(clone, 'node_modules', name, 'package.json');
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as { version: string }).version;
}

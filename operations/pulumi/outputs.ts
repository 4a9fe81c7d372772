import * as fs from 'node:fs';
import { configRoot, sluiceHome } from '../../base/paths';
import { runStarted } from '../../base/process';
import { stateFolder } from '../../base/state-folder';
import { stateFile } from './environment';
import { configFolder, copyStackConfig } from './stack-config';

/** What a stack's last update published, secrets as they are. */
export type Outputs = Readonly<Record<string, unknown>>;

/** What has been read by stack, and the state's file as it was just before; an answer that is under way is shared. */
const known = new Map<string, { file: string; outputs: Promise<Outputs> }>();

/**
 * A stack's outputs; undefined when there is no such stack. Asked of Pulumi's program directly: the Automation API would
 * ask twice, to tell secrets apart, and takes longer to load than the answer. What a state's file has told is not asked again while the file
 * is the same: each answer derives a key, which is slow on purpose.
 */
export async function outputsOf(stack: string): Promise<Outputs | undefined> {
  copyStackConfig(configRoot(), sluiceHome(), stack);
  if (!(await exists(stack))) return undefined;
  const file = stampOf(stack);
  const before = known.get(stack);
  if (before !== undefined && before.file === file) return before.outputs;
  const outputs = readOutputs(stack);
  if (file === undefined) return outputs;
  known.set(stack, { file, outputs });
  outputs.catch(() => {
    if (known.get(stack)?.outputs === outputs) known.delete(stack);
  });
  return outputs;
}

async function readOutputs(stack: string): Promise<Outputs> {
  return JSON.parse(await pulumi('stack', 'output', '--json', '--show-secrets', '--stack', stack)) as Outputs;
}

/** What tells a stack's state from a later one: Pulumi writes it anew and puts it in the place of the former. Undefined: it is no file here. */
function stampOf(stack: string): string | undefined {
  const state = stateFolder(process.env);
  if (state === undefined) return undefined;
  const file = stateFile(state, stack);
  const found = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  return found && `${file} ${found.ino} ${found.size} ${found.mtimeNs}`;
}

/** The outputs of those of some stacks that exist, by name; asked side by side. */
export async function allOutputs(stacks: readonly { name: string }[]): Promise<Map<string, Outputs>> {
  const found = new Map<string, Outputs>();
  await Promise.all(
    stacks.map(async ({ name }) => {
      const outputs = await outputsOf(name);
      if (outputs !== undefined) found.set(name, outputs);
    }),
  );
  return found;
}

/** Whether a stack exists. A state that is a folder is looked at, which takes no process. */
export async function exists(name: string): Promise<boolean> {
  const state = stateFolder(process.env);
  if (state !== undefined) return fs.existsSync(stateFile(state, name));
  const stacks = JSON.parse(await pulumi('stack', 'ls', '--json')) as { name: string }[];
  return stacks.some((each) => each.name.split('/').pop() === name);
}

/** Runs Pulumi where it finds the copies of the stack files. */
export async function pulumi(...args: string[]): Promise<string> {
  const words = [...args, '--non-interactive'];
  const { code, stdout, stderr } = await runStarted('pulumi', words, { cwd: configFolder() });
  // What it has printed before may be secret.
  if (code !== 0) throw new Error(`Command failed: pulumi ${words.join(' ')}\n${stderr}`);
  return stdout;
}

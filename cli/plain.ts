import * as fs from 'node:fs';
import * as path from 'node:path';
import { configRoot, projectRoot, sluiceHome } from '../base/paths';
import { runStarted } from '../base/process';
import type { Call } from './call';
import { prepare } from '../operations/prepare';
import { makeState } from '../operations/pulumi/environment';
import { copyStackConfig, keepStackConfig } from '../operations/pulumi/stack-config';
import { withSshLogin } from '../operations/ssh-login';

/** Commands of Pulumi that take a stack file. */
const takesConfigFile = new Set(['up', 'update', 'preview', 'refresh', 'destroy', 'import', 'watch']);

/**
 * The arguments that plain Pulumi is given: as typed, with the stack file's copy outside the checkout for commands that
 * take one and name their stack. (`pulumi config set` is left alone: it is meant to write to the checkout.)
 */
export function plainArguments(typed: readonly string[], copyOf: (stack: string) => string): string[] {
  const given = typed.some((each) => each.startsWith('--config-file'));
  const stack = stackOf(typed);
  if (stack === undefined || given || !takesConfigFile.has(commandOf(typed))) return [...typed];
  return [...typed, '--config-file', copyOf(stack)];
}

/**
 * The stack that a command sets or reads values of, if the checkout has its file. Pulumi knows such a stack only once it
 * is made, but a secret has to be set before the first update.
 */
export function stackToMake(typed: readonly string[], folder: string): string | undefined {
  const stack = commandOf(typed) === 'config' ? stackOf(typed) : undefined;
  return stack !== undefined && fs.existsSync(path.join(folder, `Pulumi.${stack}.yaml`)) ? stack : undefined;
}

function commandOf(typed: readonly string[]): string {
  return typed.find((each) => !each.startsWith('-')) ?? '';
}

function stackOf(typed: readonly string[]): string | undefined {
  for (const [index, each] of typed.entries()) {
    const joined = /^(?:--stack|-s)=(.+)$/.exec(each)?.[1];
    const name = joined ?? (each === '-s' || each === '--stack' ? typed[index + 1] : undefined);
    if (name !== undefined) return name.split('/').pop();
  }
  return undefined;
}

/** Plain Pulumi in this project, with the toolchain's plugins, the shared state and its passphrase. */
export async function run(call: Call): Promise<number> {
  await prepare(call);
  makeState(process.env);
  const stack = stackToMake(call.words, configRoot());
  if (stack !== undefined) {
    const { DeliveryStack } = await import('../operations/pulumi/stack');
    await DeliveryStack.openOrCreate(stack, call.note);
  }
  const args = plainArguments(call.words, (stack) => copyStackConfig(configRoot(), sluiceHome(), stack));
  // At a terminal the interrupt reaches Pulumi too, which ends in good order.
  process.on('SIGINT', () => undefined);
  const named = stackOf(call.words);
  if (named === undefined || !takesConfigFile.has(commandOf(call.words))) return runPulumi(args, {});
  const code = await withSshLogin(named, (env) => runPulumi(args, env));
  if (code === 0 && commandOf(call.words) !== 'preview') keepStackConfig(sluiceHome(), named);
  return code;
}

async function runPulumi(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = { cwd: projectRoot, terminal: true, env: { ...process.env, ...env } };
  return (await runStarted('pulumi', args, options)).code;
}

import { spawn } from 'node:child_process';
import { projectRoot, sluiceHome } from '../paths';
import type { Call } from './call';
import { prepare } from './prepare';
import { copyStackConfig } from './pulumi/stack-config';

/** Commands of Pulumi that take a stack file. */
const takesConfigFile = new Set(['up', 'update', 'preview', 'refresh', 'destroy', 'import', 'watch']);

/**
 * The arguments that plain Pulumi is given: as typed, with the stack file's copy outside the checkout for commands that
 * take one and name their stack. (`pulumi config set` is left alone: it is meant to write to the checkout.)
 */
export function plainArguments(typed: readonly string[], copyOf: (stack: string) => string): string[] {
  const [command = ''] = typed.filter((each) => !each.startsWith('-'));
  const given = typed.some((each) => each.startsWith('--config-file'));
  const stack = stackOf(typed);
  if (stack === undefined || given || !takesConfigFile.has(command)) return [...typed];
  return [...typed, '--config-file', copyOf(stack)];
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
  const args = plainArguments(call.words, (stack) => copyStackConfig(projectRoot, sluiceHome(), stack));
  return new Promise((resolve, reject) => {
    const child = spawn('pulumi', args, { cwd: projectRoot, stdio: 'inherit' });
    // At a terminal the interrupt reaches Pulumi too, which ends in good order.
    process.on('SIGINT', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

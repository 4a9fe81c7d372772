import type { Call } from './call';
import { imagesVariable } from '../base/found-images';
import { prepare } from '../operations/prepare';
import { makeState } from '../operations/pulumi/environment';

const variableNames = [
  'PATH',
  'PULUMI_HOME',
  'PULUMI_BACKEND_URL',
  'PULUMI_CONFIG_PASSPHRASE_FILE',
  'PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION',
  'PULUMI_SKIP_UPDATE_CHECK',
  'PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER',
  imagesVariable,
  // Where a context is chosen: plain Pulumi does not see that.
  'DOCKER_HOST',
] as const;

/** `export NAME='value'`, as every POSIX shell reads it. */
export function exportLine(name: string, value: string): string {
  return `export ${name}='${value.replaceAll("'", `'\\''`)}'`;
}

/** Prints what a shell needs so that plain `pulumi` works on these stacks. No secret: the passphrase stays in its file. */
export async function run(call: Call): Promise<number> {
  await prepare(call);
  makeState(process.env);
  for (const name of variableNames) {
    const value = process.env[name];
    if (value !== undefined) call.say(exportLine(name, value));
  }
  return 0;
}

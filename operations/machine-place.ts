import type { OnEngine } from '../clients/docker/docker';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../config/stack';
import { prefixOf } from '../config/stacks';
import { homeIn } from '../config/targets';
import type { Home } from '../targets/home';
import { kindOf } from '../targets/kinds';
import { plainSecrets } from './pulumi/secrets';

/** Where an environment is. What of the login stands encrypted in the stack's file is asked of Pulumi. */
export async function homeNow(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<Home> {
  const { config, name } = file;
  const given = kindOf(config.target).logins.filter((key) => config[key] !== '');
  const secrets =
    given.length === 0 ? {} : await plainSecrets(name, Object.fromEntries(given.map((key) => [key, config[key]])));
  return homeIn({ ...config, ...secrets }, prefixOf(stacks, file), name);
}

/**
 * The engine that has a stack's containers and networks; undefined for a compose project on another machine, which has none of ours, and
 * whose job may have no engine to ask.
 */
export async function engineOf(file: StackFile, stacks: readonly StackFile[]): Promise<OnEngine | undefined> {
  if (!isEnvironment(file)) return {};
  return kindOf(file.config.target).declares ? (await homeNow(file, stacks)).on : undefined;
}

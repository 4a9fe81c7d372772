import type { OnEngine } from '../clients/docker/docker';
import type { MachinePlace } from '../targets/place';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../config/stack';
import { prefixOf } from '../config/stacks';
import { isDeclared, machinePlace, usesEngine } from '../config/targets';
import { plainSecrets } from './pulumi/secrets';

/**
 * Where on another machine an environment is; undefined for one on the platform's engine. What of the login stands encrypted in the
 * stack's file is asked of Pulumi.
 */
export async function placeThere(
  file: EnvironmentFile,
  stacks: readonly StackFile[],
): Promise<MachinePlace | undefined> {
  const { config, name } = file;
  if (usesEngine(config)) return undefined;
  const { sshPassword, sshPrivateKey } = config;
  const given = Object.entries({ sshPassword, sshPrivateKey }).filter(([, value]) => value !== '');
  const secrets = await plainSecrets(name, Object.fromEntries(given));
  return machinePlace({ ...config, ...secrets }, prefixOf(stacks, file), name);
}

/**
 * The engine that has a stack's containers and networks; undefined for a compose project on another machine, which has none of ours, and
 * whose job may have no engine to ask.
 */
export async function engineOf(file: StackFile, stacks: readonly StackFile[]): Promise<OnEngine | undefined> {
  if (!isEnvironment(file)) return {};
  if (!isDeclared(file.config)) return undefined;
  const there = await placeThere(file, stacks);
  return there === undefined ? {} : { host: there.ssh };
}

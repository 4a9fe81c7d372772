import type { LedgerPlace } from '../engine/place';
import { prefixOf, type EnvironmentFile, type StackFile } from '../stacks/files';
import { composePlace } from '../stacks/targets';
import { plainSecrets } from './pulumi/secrets';

/**
 * Where an environment's ledger lies: in the platform's container, or in its compose project on another machine. What of that login
 * stands encrypted in the stack's file is asked of Pulumi.
 */
export async function ledgerPlace(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<LedgerPlace> {
  const instance = prefixOf(stacks, file);
  const { config } = file;
  if (composePlace(config, instance, file.name) === undefined) return `${instance}-ledger`;
  const { sshPassword, sshPrivateKey } = config;
  const given = Object.entries({ sshPassword, sshPrivateKey }).filter(([, value]) => value !== '');
  const secrets = await plainSecrets(file.name, Object.fromEntries(given));
  return composePlace({ ...config, ...secrets }, instance, file.name) ?? `${instance}-ledger`;
}

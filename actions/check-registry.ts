import { RegistryClient } from '../clients/registry/client';
import type { ActionInput, ActionOutput } from './contract';

/**
 * Asks a registry whether it takes a login, and whether that may push.
 * @throws UserError when it does not, or is away
 */
export default async function checkRegistry(
  input: ActionInput<'check-registry'>,
): Promise<ActionOutput<'check-registry'>> {
  const { host, url, ca, login, repository } = input;
  const registry = new RegistryClient({ endpoint: url, ca, ...login });
  await registry.ping();
  if (repository !== undefined) await registry.tryPush(repository);
  return { host };
}

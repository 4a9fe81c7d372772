import { RegistryClient } from '../clients/registry/client';
import type { Login } from '../clients/http';

/** A registry and an account of it. */
export interface CheckRegistryInput {
  /** What image names begin with. */
  host: string;
  /** Where its API is. */
  url: string;
  /** PEM of a private authority that its certificate is signed by. */
  ca?: string;
  login: Login;
  /** A repository that is going to be pushed to, as the registry names it; absent: there is none. */
  repository?: string;
}

/**
 * Asks a registry whether it takes a login, and whether that may push.
 * @throws UserError when it does not, or is away
 */
export default async function checkRegistry(input: CheckRegistryInput): Promise<{ host: string }> {
  const { host, url, ca, login, repository } = input;
  const registry = new RegistryClient({ endpoint: url, ca, ...login });
  await registry.ping();
  if (repository !== undefined) await registry.tryPush(repository);
  return { host };
}

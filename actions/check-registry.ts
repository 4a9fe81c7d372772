import { RegistryClient } from '../engine/registry-client';
import type { Login } from './lib/http';

/** A registry and an account of it. */
export interface CheckRegistryInput {
  /** What image names begin with. */
  host: string;
  /** Where its API is. */
  url: string;
  login: Login;
}

/**
 * Asks a registry whether it takes a login.
 * @throws UserError when it does not, or is away
 */
export default async function checkRegistry({ host, url, login }: CheckRegistryInput): Promise<{ host: string }> {
  await new RegistryClient({ endpoint: url, ...login }).ping();
  return { host };
}

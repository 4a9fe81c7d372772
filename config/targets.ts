import type { EnvironmentConfig } from './types';
import type { Home } from '../targets/home';
import { homeOf, kindOf } from '../targets/kinds';

/** What of an environment's config says where it runs. */
export type Targeted = Pick<EnvironmentConfig, 'target' | 'sshPassword' | 'sshPrivateKey'>;

/**
 * The address that an environment's ports are bound to.
 * @param platform the platform's
 */
export function bindOf(config: Pick<EnvironmentConfig, 'bind' | 'target'>, platform: string): string {
  if (config.bind !== '') return config.bind;
  return kindOf(config.target).bind ?? platform;
}

/**
 * Where an environment is, and its ledger.
 * @param instance the platform's prefix
 * @param name the environment's
 */
export function homeIn({ target, sshPassword, sshPrivateKey }: Targeted, instance: string, name: string): Home {
  return homeOf(target, { instance, environment: name, logins: { sshPassword, sshPrivateKey } });
}

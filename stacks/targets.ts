import type { EnvironmentConfig } from '../config';
import type { ComposePlace } from '../engine/place';

/** What of an environment's config says where it runs. */
type Targeted = Pick<EnvironmentConfig, 'target' | 'sshPassword' | 'sshPrivateKey'>;

/** Whether an environment's containers, and with them its ledger, are on the platform's engine. */
export function usesEngine({ target }: Pick<EnvironmentConfig, 'target'>): boolean {
  return target.kind === 'engine';
}

/**
 * The compose project on another machine that an environment is; undefined for one on the platform's engine.
 * @param instance the platform's prefix
 * @param name the environment's
 */
export function composePlace({ target, sshPassword, sshPrivateKey }: Targeted, instance: string, name: string) {
  if (target.kind !== 'compose-ssh') return undefined;
  const { host, port, user, hostKey, folder } = target;
  const place: ComposePlace = {
    ssh: {
      ...{ host, port, user, hostKey },
      ...(sshPrivateKey === '' ? {} : { privateKey: `${sshPrivateKey.trim()}\n` }),
      ...(sshPassword === '' ? {} : { password: sshPassword }),
    },
    folder: folder ?? `/usr/local/${instance}-${name}`,
  };
  return place;
}

import type { EnvironmentConfig } from './types';
import type { MachinePlace } from '../targets/place';

/** What of an environment's config says where it runs. */
export type Targeted = Pick<EnvironmentConfig, 'target' | 'sshPassword' | 'sshPrivateKey'>;

/** Whether an environment's containers, and with them its ledger, are on the platform's engine. */
export function usesEngine({ target }: Pick<EnvironmentConfig, 'target'>): boolean {
  return target.kind === 'engine';
}

/** Whether an environment's containers are on another machine's engine. */
export function usesOtherEngine({ target }: Pick<EnvironmentConfig, 'target'>): boolean {
  return target.kind === 'ssh-docker';
}

/** Whether an environment is made of containers and networks that Sluice declares, on whichever engine. */
export function isDeclared({ target }: Pick<EnvironmentConfig, 'target'>): boolean {
  return target.kind !== 'compose-ssh';
}

/**
 * The address that an environment's ports are bound to. On another machine every one: it is there to be reached, while a platform's own
 * machine may be somebody's laptop.
 * @param platform the platform's
 */
export function bindOf(config: Pick<EnvironmentConfig, 'bind' | 'target'>, platform: string): string {
  if (config.bind !== '') return config.bind;
  return usesOtherEngine(config) ? '0.0.0.0' : platform;
}

/** Another machine by the way to it: several may share a host name, each behind a port of its own. */
export function machineName({ host, port }: Pick<MachinePlace['ssh'], 'host' | 'port'>): string {
  return `${host}:${port}`;
}

/**
 * Where on another machine an environment is, and its ledger; undefined for one on the platform's engine.
 * @param instance the platform's prefix
 * @param name the environment's
 */
export function machinePlace(config: Targeted, instance: string, name: string): MachinePlace | undefined {
  const { target, sshPassword, sshPrivateKey } = config;
  if (target.kind === 'engine') return undefined;
  const { host, port, user, hostKey } = target;
  return {
    ssh: {
      ...{ host, port, user, hostKey },
      ...(sshPrivateKey === '' ? {} : { privateKey: `${sshPrivateKey.trim()}\n` }),
      ...(sshPassword === '' ? {} : { password: sshPassword }),
    },
    folder:
      target.kind === 'ssh-docker'
        ? `.local/state/sluice/${instance}-${name}`
        : (target.folder ?? `/usr/local/${instance}-${name}`),
  };
}

import type * as docker from '@pulumi/docker';
import type { Input } from '@pulumi/pulumi';

/** What every container of ours is held to, unless its component says otherwise. */
export interface Limits {
  /** MiB of memory; swap is not added to it. */
  memory: Input<number>;
  /** Processors, as the engine takes them: `'1.0'`, `'0.5'`. @default no limit */
  cpus?: Input<string>;
  /** Linux capabilities with their `CAP_` prefix (without it the provider replaces at every refresh). @default none */
  capabilities?: string[];
}

/**
 * The arguments that limit a container: no capability that was not asked for, no new privileges, bounded memory and
 * logs, started again after a crash and after the engine's restart.
 * `memorySwap` stands beside `memory` because the provider shows a difference for ever without it.
 */
export function hardened(
  limits: Limits,
): Pick<
  docker.ContainerArgs,
  'memory' | 'memorySwap' | 'cpus' | 'capabilities' | 'securityOpts' | 'restart' | 'logDriver' | 'logOpts'
> {
  return {
    memory: limits.memory,
    memorySwap: limits.memory,
    ...(limits.cpus === undefined ? {} : { cpus: limits.cpus }),
    capabilities: { drops: ['ALL'], ...(limits.capabilities === undefined ? {} : { adds: limits.capabilities }) },
    securityOpts: ['no-new-privileges:true'],
    restart: 'unless-stopped',
    logDriver: 'json-file',
    logOpts: { 'max-size': '10m', 'max-file': '3' },
  };
}

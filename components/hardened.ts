import type * as docker from '@pulumi/docker';
import type { Input } from '@pulumi/pulumi';

/** What every container of ours is held to, unless its component says otherwise. */
export interface Limits {
  /** MiB of memory; swap is not added to it. */
  memory: Input<number>;
  /** Processors, as the engine takes them: `'1.0'`, `'0.5'`. @default no limit */
  cpus?: Input<string>;
  /** Share of the processors while they are short. @default 'platform' */
  priority?: keyof typeof priorities;
  /** Linux capabilities with their `CAP_` prefix (without it the provider replaces at every refresh). @default none */
  capabilities?: string[];
  /**
   * Whether the root file system can be written to. A container that is given files (`uploads`) has to say true: the
   * provider writes them at `/`, which the engine refuses where the root is read-only. @default false
   */
  writableRoot?: boolean;
  /** Further temporary file systems: options by mount path. @default none */
  tmpfs?: Record<string, string>;
}

/** Weights: while processors are short, what people use goes before what the platform does. The engine's own is 1024. */
const priorities = { people: 2048, platform: 1024 } as const;

/** Options of a temporary /tmp. */
const temporary = 'rw,noexec,nosuid,size=64m';

/**
 * Limits of a container's processes: no core dumps, which would write what is in memory, secrets included, to the disk;
 * and a bound of open files that does not depend on the engine's machine.
 */
const ulimits = [
  { name: 'core', soft: 0, hard: 0 },
  { name: 'nofile', soft: 16384, hard: 16384 },
];

/**
 * The arguments that limit a container: no capability that was not asked for, no new privileges, a root file system that
 * is only read, bounded memory, files and logs, a share of the processors, started again after a crash and after the
 * engine's restart. What `./sluice audit` holds them against: docs/audit.md.
 * What is not limited is absent and not undefined, because components spread this over arguments of their own, like a `tmpfs`.
 * `memorySwap` stands beside `memory` because the provider shows a difference for ever without it.
 */
export function hardened(
  limits: Limits,
): Pick<
  docker.ContainerArgs,
  | 'memory'
  | 'memorySwap'
  | 'cpus'
  | 'cpuShares'
  | 'capabilities'
  | 'securityOpts'
  | 'readOnly'
  | 'tmpfs'
  | 'ulimits'
  | 'restart'
  | 'logDriver'
  | 'logOpts'
> {
  return {
    memory: limits.memory,
    memorySwap: limits.memory,
    ...(limits.cpus === undefined ? {} : { cpus: limits.cpus }),
    cpuShares: priorities[limits.priority ?? 'platform'],
    capabilities: { drops: ['ALL'], ...(limits.capabilities === undefined ? {} : { adds: limits.capabilities }) },
    securityOpts: ['no-new-privileges:true'],
    ...(limits.writableRoot === true ? {} : { readOnly: true }),
    ...(limits.writableRoot === true && limits.tmpfs === undefined
      ? {}
      : { tmpfs: { ...(limits.writableRoot === true ? {} : { '/tmp': temporary }), ...limits.tmpfs } }),
    ulimits,
    // Not 'unless-stopped': an engine that was killed itself ends what it finds running, and then takes it for stopped by hand.
    restart: 'always',
    logDriver: 'json-file',
    logOpts: { 'max-size': '10m', 'max-file': '3' },
  };
}

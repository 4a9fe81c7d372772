import { docker } from '../clients/docker/docker';

/** A service in a file of docker-compose's, as far as it is used here. */
export interface ComposeService {
  image: string;
  command?: readonly string[];
  ports?: readonly string[];
  volumes?: readonly string[];
  networks?: Readonly<Record<string, { aliases?: readonly string[] }>>;
  [key: string]: unknown;
}

/** What `docker inspect` tells of a container, as far as it is copied. Times are nanoseconds. */
export interface Inspected {
  Config: {
    Image: string;
    Env: readonly string[] | null;
    StopSignal?: string;
    Healthcheck?: {
      Test: readonly string[];
      Interval?: number;
      Timeout?: number;
      StartPeriod?: number;
      Retries?: number;
    };
  };
  HostConfig: {
    Memory: number;
    CpuShares: number;
    PidsLimit: number | null;
    ReadonlyRootfs: boolean;
    CapDrop: readonly string[] | null;
    SecurityOpt: readonly string[] | null;
    Tmpfs?: Readonly<Record<string, string>>;
    Ulimits: readonly { Name: string; Soft: number; Hard: number }[] | null;
    RestartPolicy: { Name: string };
  };
}

/** The same container for docker-compose: image, environment, health check, limits. Ports, networks and files are not copied. */
export function asCompose({ Config: own, HostConfig: host }: Inspected): ComposeService {
  const check = own.Healthcheck;
  return {
    image: own.Image,
    environment: own.Env ?? [],
    ...(own.StopSignal === undefined ? {} : { stop_signal: own.StopSignal }),
    ...(check === undefined
      ? {}
      : {
          healthcheck: {
            test: check.Test,
            interval: seconds(check.Interval),
            timeout: seconds(check.Timeout),
            start_period: seconds(check.StartPeriod),
            retries: check.Retries ?? 3,
          },
        }),
    mem_limit: host.Memory,
    memswap_limit: host.Memory,
    cpu_shares: host.CpuShares,
    ...(host.PidsLimit === null || host.PidsLimit <= 0 ? {} : { pids_limit: host.PidsLimit }),
    read_only: host.ReadonlyRootfs,
    cap_drop: host.CapDrop ?? [],
    security_opt: host.SecurityOpt ?? [],
    tmpfs: Object.entries(host.Tmpfs ?? {}).map(([folder, options]) => `${folder}:${options}`),
    ulimits: Object.fromEntries((host.Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, { soft: Soft, hard: Hard }])),
    restart: host.RestartPolicy.Name,
  };
}

function seconds(nanoseconds = 0): string {
  return `${nanoseconds / 1e9}s`;
}

/** Looks at a container. @throws Error when there is none */
export async function inspected(container: string): Promise<Inspected> {
  const { stdout } = await docker(['container', 'inspect', container]);
  const [found] = JSON.parse(stdout) as Inspected[];
  if (found === undefined) throw new Error(`there is no container ${container}`);
  return found;
}

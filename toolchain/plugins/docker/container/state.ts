import { meant } from '../../serving/difference';
import { text } from '../../serving/read';
import type { Plain, PlainProperties } from '../../serving/values';
import { fromLabels } from '../labels';
import { formatDuration } from './duration';
import { containerTable } from './table';

/** A container as the engine tells it, as far as its resource shows it. */
export interface ContainerState {
  Id: string;
  Name: string;
  Image: string;
  Platform: string;
  State: {
    Running: boolean;
    Restarting: boolean;
    Status: string;
    ExitCode: number;
    Error: string;
    Health?: { Status: string; Log?: { ExitCode: number; Output: string }[] | null };
  };
  Config: {
    Hostname: string;
    Domainname: string;
    User: string;
    Image: string;
    WorkingDir: string;
    Cmd: string[] | null;
    Entrypoint: string[] | null;
    Tty: boolean;
    OpenStdin: boolean;
    StopSignal?: string;
    StopTimeout?: number;
    Healthcheck?: {
      Test?: string[];
      Interval?: number;
      Timeout?: number;
      StartPeriod?: number;
      StartInterval?: number;
      Retries?: number;
    };
  };
  HostConfig: HostConfig;
  NetworkSettings: {
    Bridge: string;
    Ports: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    Networks: Record<string, NetworkEndpoint> | null;
  };
}

interface NetworkEndpoint {
  IPAddress: string;
  IPPrefixLen: number;
  Gateway: string;
  GlobalIPv6Address: string;
  GlobalIPv6PrefixLen: number;
  IPv6Gateway: string;
  MacAddress: string;
}

interface HostConfig {
  AutoRemove: boolean;
  CapAdd: string[] | null;
  CapDrop: string[] | null;
  CpuShares: number;
  CpusetCpus: string;
  Devices: { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[] | null;
  Dns: string[] | null;
  DnsOptions: string[] | null;
  DnsSearch: string[] | null;
  ExtraHosts: string[] | null;
  GroupAdd: string[] | null;
  Init?: boolean | null;
  IpcMode: string;
  LogConfig: { Type: string; Config: Record<string, string> | null };
  Memory: number;
  MemoryReservation: number;
  MemorySwap: number;
  Mounts?: Mount[] | null;
  NanoCpus: number;
  NetworkMode: string;
  PidMode: string;
  Privileged: boolean;
  PublishAllPorts: boolean;
  ReadonlyRootfs: boolean;
  RestartPolicy: { Name: string; MaximumRetryCount: number };
  Runtime: string;
  SecurityOpt: string[] | null;
  ShmSize: number;
  StorageOpt?: Record<string, string> | null;
  Sysctls?: Record<string, string> | null;
  Tmpfs?: Record<string, string> | null;
  Ulimits: { Name: string; Hard: number; Soft: number }[] | null;
  UsernsMode: string;
}

interface Mount {
  Type: string;
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
  BindOptions?: { Propagation?: string };
  VolumeOptions?: {
    NoCopy?: boolean;
    Labels?: Record<string, string> | null;
    DriverConfig?: { Name?: string; Options?: Record<string, string> | null };
    Subpath?: string;
  };
  TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

const MEBIBYTE = 1024 * 1024;

/**
 * A container's state: what was known (its inputs after it was made, else its last state), with everything that the engine
 * tells reliably. Environment, labels, uploads, volumes and networks asked for are not read back, because images add to
 * them; a container that should run and does not reads as `mustRun: false`, which the next update sees and mends.
 */
export function containerState(known: PlainProperties, info: ContainerState): PlainProperties {
  const { Config: config, HostConfig: host, State: state } = info;
  const has = (name: string): boolean => {
    const property = containerTable[name];
    return property !== undefined && meant(property, known[name]) !== undefined;
  };
  const mustRun = known['mustRun'] !== false;
  return defined({
    ...known,
    envs: known['envs'] ?? [],
    labels: known['labels'] ?? [],
    bridge: info.NetworkSettings.Bridge,
    ports: has('ports') && (state.Running || mustRun) ? portsState(info) : known['ports'],
    networkDatas: networksState(info),
    ...(state.Running ? {} : { exitCode: state.ExitCode, mustRun: mustRun ? false : known['mustRun'] }),
    name: info.Name.replace(/^\//, ''),
    rm: host.AutoRemove,
    readOnly: host.ReadonlyRootfs,
    image: text(known['image']).startsWith('sha256:') ? info.Image : config.Image,
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: config.Cmd ?? [],
    entrypoints: config.Entrypoint ?? [],
    user: config.User,
    dns: host.Dns ?? [],
    dnsOpts: host.DnsOptions ?? [],
    dnsSearches: host.DnsSearch ?? [],
    securityOpts: host.SecurityOpt ?? [],
    publishAllPorts: host.PublishAllPorts,
    restart: host.RestartPolicy.Name,
    maxRetryCount: host.RestartPolicy.MaximumRetryCount,
    init: host.Init ?? false,
    workingDir: config.WorkingDir,
    ...capabilitiesState(host),
    runtime: host.Runtime,
    platform: info.Platform,
    mounts: (host.Mounts ?? []).map(mountState),
    tmpfs: host.Tmpfs ?? {},
    hosts: (host.ExtraHosts ?? []).map(hostState),
    ulimits: has('ulimits')
      ? (host.Ulimits ?? []).map(({ Name, Hard, Soft }) => ({ name: Name, hard: Hard, soft: Soft }))
      : known['ulimits'],
    devices: has('devices') ? devicesState(host, known['devices']) : known['devices'],
    privileged: host.Privileged,
    memory: Math.floor(host.Memory / MEBIBYTE),
    memoryReservation: mebibytes(host.MemoryReservation),
    memorySwap: mebibytes(host.MemorySwap),
    shmSize: Math.floor(host.ShmSize / MEBIBYTE),
    ...(host.NanoCpus > 0 ? { cpus: decimal(host.NanoCpus) } : {}),
    cpuShares: host.CpuShares,
    cpuSet: host.CpusetCpus,
    logDriver: host.LogConfig.Type,
    logOpts: has('logOpts') ? (host.LogConfig.Config ?? {}) : undefined,
    storageOpts: host.StorageOpt ?? {},
    networkMode: host.NetworkMode,
    pidMode: has('pidMode') ? host.PidMode : known['pidMode'],
    usernsMode: host.UsernsMode,
    ...(config.Healthcheck === undefined ? {} : { healthcheck: healthState(config.Healthcheck) }),
    sysctls: host.Sysctls ?? {},
    ipcMode: host.IpcMode,
    groupAdds: host.GroupAdd ?? [],
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    stopSignal: config.StopSignal ?? '',
    stopTimeout: config.StopTimeout,
  });
}

function portsState(info: ContainerState): Plain[] {
  return Object.entries(info.NetworkSettings.Ports ?? {})
    .map(([key, bindings]) => {
      const [port = '', protocol = 'tcp'] = key.split('/');
      return { internal: Number(port), protocol, bindings: bindings ?? [] };
    })
    .sort((a, b) => a.internal - b.internal)
    .flatMap(({ internal, protocol, bindings }) =>
      bindings.map(({ HostIp, HostPort }) => ({ internal, external: Number(HostPort), ip: HostIp, protocol })),
    );
}

function networksState(info: ContainerState): Plain[] {
  return Object.entries(info.NetworkSettings.Networks ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([networkName, endpoint]) => ({
      networkName,
      ipAddress: endpoint.IPAddress,
      ipPrefixLength: endpoint.IPPrefixLen,
      gateway: endpoint.Gateway,
      globalIpv6Address: endpoint.GlobalIPv6Address,
      globalIpv6PrefixLength: endpoint.GlobalIPv6PrefixLen,
      ipv6Gateway: endpoint.IPv6Gateway,
      macAddress: endpoint.MacAddress,
    }));
}

function capabilitiesState({ CapAdd, CapDrop }: HostConfig): PlainProperties {
  const [adds, drops] = [CapAdd ?? [], CapDrop ?? []];
  return adds.length === 0 && drops.length === 0 ? {} : { capabilities: { adds, drops } };
}

function mountState(mount: Mount): PlainProperties {
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = mount;
  return defined({
    target: mount.Target,
    source: mount.Source ?? '',
    type: mount.Type,
    readOnly: mount.ReadOnly ?? false,
    bindOptions: bind === undefined ? undefined : { propagation: bind.Propagation ?? '' },
    volumeOptions:
      volume === undefined
        ? undefined
        : defined({
            noCopy: volume.NoCopy ?? false,
            labels: fromLabels(volume.Labels),
            driverName: volume.DriverConfig?.Name,
            driverOptions: volume.DriverConfig?.Options ?? undefined,
            subpath: volume.Subpath,
          }),
    tmpfsOptions: tmpfs === undefined ? undefined : defined({ sizeBytes: tmpfs.SizeBytes ?? 0, mode: tmpfs.Mode ?? 0 }),
  });
}

function devicesState(host: HostConfig, known: Plain | undefined): PlainProperties[] {
  const withPath = (known as PlainProperties[]).filter(({ containerPath }) => (containerPath ?? '') !== '');
  const asked = new Set(withPath.map(({ hostPath }) => hostPath));
  return (host.Devices ?? []).map((device) => ({
    hostPath: device.PathOnHost,
    permissions: device.CgroupPermissions,
    ...(asked.has(device.PathOnHost) ? { containerPath: device.PathInContainer } : {}),
  }));
}

function hostState(entry: string): PlainProperties {
  const colon = entry.indexOf(':');
  return { host: entry.slice(0, colon), ip: entry.slice(colon + 1) };
}

function healthState(check: NonNullable<ContainerState['Config']['Healthcheck']>): PlainProperties {
  return {
    tests: check.Test ?? [],
    interval: formatDuration(check.Interval ?? 0),
    timeout: formatDuration(check.Timeout ?? 0),
    startPeriod: formatDuration(check.StartPeriod ?? 0),
    startInterval: formatDuration(check.StartInterval ?? 0),
    retries: check.Retries ?? 0,
  };
}

function mebibytes(bytes: number): number {
  return bytes > 0 ? Math.floor(bytes / MEBIBYTE) : bytes;
}

/** Processors in the official plugin's words: `1.0`, `0.5`; a program that says `1` differs from its state for ever. */
function decimal(nano: number): string {
  const text = (nano / 1e9).toFixed(9);
  return text.split('0').length - 1 === 9 ? (nano / 1e9).toFixed(1) : text.replace(/0+$/, '');
}

function defined(properties: Record<string, Plain | undefined>): PlainProperties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as PlainProperties;
}

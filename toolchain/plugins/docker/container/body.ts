import { objects, strings, text } from '../../serving/read';
import type { Plain, PlainProperties } from '../../serving/values';
import { toLabels } from '../labels';
import { parseDuration } from './duration';

const MEBIBYTE = 1024 * 1024;

/** The body that makes a container of these inputs. */
export function containerBody(inputs: PlainProperties): Record<string, unknown> {
  const published = objects(inputs['ports']);
  const places = objects(inputs['volumes']);
  return given({
    Image: inputs['image'],
    Hostname: inputs['hostname'],
    Domainname: inputs['domainname'],
    Tty: inputs['tty'],
    OpenStdin: inputs['stdinOpen'],
    StopSignal: inputs['stopSignal'],
    StopTimeout: inputs['stopTimeout'],
    Env: inputs['envs'],
    Cmd: members(inputs['command']),
    Entrypoint: members(inputs['entrypoints']),
    User: inputs['user'],
    WorkingDir: inputs['workingDir'],
    Labels: toLabels(inputs['labels']),
    ExposedPorts: byPort(published, () => ({})),
    Volumes: mountPoints(places),
    Healthcheck: healthBody(inputs['healthcheck']),
    HostConfig: hostBody(inputs, published, places),
  });
}

function hostBody(inputs: PlainProperties, published: PlainProperties[], places: PlainProperties[]): object {
  const capabilities = (inputs['capabilities'] ?? {}) as PlainProperties;
  const security = strings(inputs['securityOpts']);
  const unconfined = security.includes('systempaths=unconfined');
  return given({
    Privileged: inputs['privileged'],
    PublishAllPorts: inputs['publishAllPorts'],
    RestartPolicy: restartBody(inputs),
    Runtime: inputs['runtime'],
    AutoRemove: inputs['rm'],
    ReadonlyRootfs: inputs['readOnly'],
    Init: inputs['init'] ?? false,
    LogConfig: { Type: inputs['logDriver'] ?? '', Config: inputs['logOpts'] ?? {} },
    Mounts: objects(inputs['mounts']).map(mountBody),
    Tmpfs: inputs['tmpfs'],
    PortBindings: portBindings(published),
    Binds: places.flatMap(bind),
    VolumesFrom: places.flatMap((volume) => volume['fromContainer'] ?? []),
    ExtraHosts: objects(inputs['hosts']).map(({ host, ip }) => `${text(host)}:${text(ip)}`),
    Ulimits: objects(inputs['ulimits']).map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    Devices: objects(inputs['devices']).map((device) => ({
      PathOnHost: device['hostPath'],
      PathInContainer: device['containerPath'] ?? device['hostPath'],
      CgroupPermissions: device['permissions'] ?? 'rwm',
    })),
    CapAdd: capabilities['adds'],
    CapDrop: capabilities['drops'],
    SecurityOpt: security.filter((option) => option !== 'systempaths=unconfined'),
    // The engine knows no such option: the client takes the masks off itself.
    ...(unconfined ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
    Dns: inputs['dns'],
    DnsOptions: inputs['dnsOpts'],
    DnsSearch: inputs['dnsSearches'],
    ...resourceBody(inputs),
    ShmSize: mebibytes(inputs['shmSize']),
    ...cpuBody(inputs),
    NetworkMode: inputs['networkMode'],
    UsernsMode: inputs['usernsMode'],
    PidMode: inputs['pidMode'],
    IpcMode: inputs['ipcMode'],
    CgroupnsMode: inputs['cgroupnsMode'],
    CgroupParent: inputs['cgroupParent'],
    Sysctls: inputs['sysctls'],
    StorageOpt: inputs['storageOpts'],
    GroupAdd: inputs['groupAdds'],
  });
}

/** The body that changes an existing container's limits and restart policy. */
export function updateBody(inputs: PlainProperties): object {
  return given({ ...resourceBody(inputs, 0), CpusetCpus: inputs['cpuSet'] ?? '', RestartPolicy: restartBody(inputs) });
}

/** Limits. `unset` stands for a limit that is not given: an update must say 0 to lift one. */
function resourceBody(inputs: PlainProperties, unset?: 0): object {
  return {
    CpuShares: inputs['cpuShares'] ?? unset,
    CpusetCpus: inputs['cpuSet'],
    Memory: mebibytes(inputs['memory']) ?? unset,
    MemoryReservation: mebibytes(inputs['memoryReservation']) ?? unset,
    MemorySwap: mebibytes(inputs['memorySwap']),
  };
}

function restartBody(inputs: PlainProperties): object {
  return { Name: inputs['restart'] ?? 'no', MaximumRetryCount: inputs['maxRetryCount'] ?? 0 };
}

function cpuBody(inputs: PlainProperties): object {
  const cpus = inputs['cpus'];
  if (typeof cpus === 'string' && cpus !== '') return { NanoCpus: Math.round(Number(cpus) * 1e9) };
  return { CpuPeriod: inputs['cpuPeriod'], CpuQuota: inputs['cpuQuota'] };
}

function healthBody(healthcheck: Plain | undefined): object | undefined {
  if (healthcheck === undefined || healthcheck === null) return undefined;
  const check = healthcheck as Record<string, Plain>;
  const nanoseconds = (name: string): number => parseDuration((check[name] ?? '0s') as string);
  return {
    Test: check['tests'] ?? [],
    Interval: nanoseconds('interval'),
    Timeout: nanoseconds('timeout'),
    StartPeriod: nanoseconds('startPeriod'),
    // Engines before API 1.44 do not know it; unset it does no harm there.
    ...(nanoseconds('startInterval') === 0 ? {} : { StartInterval: nanoseconds('startInterval') }),
    Retries: check['retries'] ?? 0,
  };
}

function mountBody(mount: PlainProperties): object {
  const bindOptions = mount['bindOptions'] as PlainProperties | undefined;
  const volumeOptions = mount['volumeOptions'] as PlainProperties | undefined;
  const tmpfsOptions = mount['tmpfsOptions'] as PlainProperties | undefined;
  const hasDriver = volumeOptions?.['driverName'] !== undefined || volumeOptions?.['driverOptions'] !== undefined;
  return given({
    Type: mount['type'],
    Target: mount['target'],
    Source: mount['source'],
    ReadOnly: mount['readOnly'],
    BindOptions:
      mount['type'] === 'bind' && bindOptions !== undefined
        ? given({ Propagation: bindOptions['propagation'] })
        : undefined,
    VolumeOptions:
      mount['type'] === 'volume' && volumeOptions !== undefined
        ? given({
            NoCopy: volumeOptions['noCopy'],
            Labels: toLabels(volumeOptions['labels']),
            DriverConfig: hasDriver
              ? given({ Name: volumeOptions['driverName'], Options: volumeOptions['driverOptions'] })
              : undefined,
            Subpath: volumeOptions['subpath'],
          })
        : undefined,
    TmpfsOptions:
      mount['type'] === 'tmpfs' && tmpfsOptions !== undefined
        ? given({ SizeBytes: tmpfsOptions['sizeBytes'], Mode: tmpfsOptions['mode'] })
        : undefined,
  });
}

function mountPoints(places: PlainProperties[]): Record<string, object> {
  const paths = places.map((volume) => text(volume['containerPath'])).filter((path) => path !== '');
  return Object.fromEntries(paths.map((path): [string, object] => [path, {}]));
}

function bind(volume: PlainProperties): string[] {
  const source = text(volume['hostPath']) || text(volume['volumeName']);
  if (source === '') return [];
  const label = text(volume['selinuxRelabel']);
  const options = (volume['readOnly'] === true ? 'ro' : 'rw') + (label === '' ? '' : `,${label}`);
  return [`${source}:${text(volume['containerPath'])}:${options}`];
}

function byPort<T>(published: PlainProperties[], value: (port: PlainProperties) => T): Record<string, T> {
  return Object.fromEntries(published.map((port) => [portKey(port), value(port)]));
}

function portBindings(published: PlainProperties[]): Record<string, object[]> {
  const bindings: Record<string, object[]> = {};
  for (const port of published) {
    (bindings[portKey(port)] ??= []).push({ HostIp: port['ip'] ?? '0.0.0.0', HostPort: text(port['external'], '0') });
  }
  return bindings;
}

function portKey(port: PlainProperties): string {
  return `${text(port['internal'])}/${text(port['protocol'], 'tcp')}`;
}

/** The body that puts a container into a network. */
export function endpointBody(network: PlainProperties): object {
  const driverOptions = strings(network['driverOpts']).map((option): [string, string] => {
    const [key = '', ...value] = option.split('=');
    return [key, value.join('=')];
  });
  return given({
    Aliases: network['aliases'],
    IPAMConfig: given({
      IPv4Address: network['ipv4Address'],
      IPv6Address: network['ipv6Address'],
      LinkLocalIPs: network['linkLocalIps'],
    }),
    MacAddress: network['macAddress'],
    DriverOpts: driverOptions.length === 0 ? undefined : Object.fromEntries(driverOptions),
    GwPriority: network['gwPriority'],
  });
}

function members(list: Plain | undefined): Plain | undefined {
  return Array.isArray(list) && list.length === 0 ? undefined : list;
}

/** Mebibytes as bytes; -1 (no limit) stays what it is. */
function mebibytes(value: Plain | undefined): number | undefined {
  if (typeof value !== 'number') return undefined;
  return value > 0 ? value * MEBIBYTE : value;
}

function given<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null)) as T;
}

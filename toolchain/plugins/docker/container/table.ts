import { objects, text } from '../../serving/read';
import type { Property, Table } from '../../serving/table';
import type { Plain, PlainProperties } from '../../serving/values';
import { labels } from '../labels';

const DURATION = /^(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/;

// A container is what it was made with: unless said otherwise a change replaces it.
const string: Property = { type: 'string', onChange: 'replace' };
const flag: Property = { type: 'boolean', onChange: 'replace' };
const whole: Property = { type: 'integer', onChange: 'replace' };
const names: Property = { type: 'set', onChange: 'replace' };
const map: Property = { type: 'map', onChange: 'replace' };
const limit: Property = { type: 'integer', onChange: 'update', minimum: 0 };
const duration: Property = { type: 'string', onChange: 'update', pattern: DURATION, default: '0s' };

const ports: Table = {
  internal: { ...whole, required: true },
  external: { ...whole, computed: true },
  ip: { ...string, default: '0.0.0.0' },
  protocol: { ...string, default: 'tcp' },
};

const volumes: Table = {
  containerPath: string,
  fromContainer: string,
  hostPath: { ...string, pattern: /^([a-zA-Z]:[\\/]|\/)/ },
  readOnly: flag,
  selinuxRelabel: { ...string, pattern: /^(z|Z)$/ },
  volumeName: string,
};

const mounts: Table = {
  target: { ...string, required: true },
  source: string,
  type: { ...string, required: true, pattern: /^(bind|volume|tmpfs)$/ },
  readOnly: flag,
  bindOptions: {
    type: 'object',
    onChange: 'replace',
    of: { propagation: { ...string, pattern: /^(private|rprivate|shared|rshared|slave|rslave)$/ } },
  },
  volumeOptions: {
    type: 'object',
    onChange: 'replace',
    of: {
      noCopy: flag,
      labels: { type: 'set', of: labels, onChange: 'replace' },
      driverName: string,
      driverOptions: map,
      subpath: string,
    },
  },
  tmpfsOptions: { type: 'object', onChange: 'replace', of: { sizeBytes: whole, mode: whole } },
};

const networksAdvanced: Table = {
  name: { ...string, required: true },
  aliases: names,
  driverOpts: names,
  gwPriority: { ...whole, minimum: 0 },
  ipv4Address: string,
  ipv6Address: string,
  linkLocalIps: names,
  macAddress: string,
};

const uploads: Table = {
  file: { ...string, required: true },
  content: string,
  contentBase64: { ...string, pattern: /^[A-Za-z0-9+/\s]*={0,2}\s*$/ },
  source: string,
  sourceHash: string,
  executable: { ...flag, default: false },
  permissions: { ...string, pattern: /^0[0-7]{3}$/ },
  // The official plugin looks names up in the users of the machine it runs on; numbers mean the same everywhere.
  owner: { ...string, pattern: /^\d+$/ },
  group: { ...string, pattern: /^\d+$/ },
};

const healthcheck: Table = {
  tests: { type: 'list', onChange: 'update' },
  interval: duration,
  timeout: duration,
  startPeriod: duration,
  startInterval: duration,
  retries: { ...limit, default: 0 },
};

/** The properties of docker:index/container:Container that are served, and what a change of each does. */
export const containerTable: Table = {
  attach: { type: 'boolean', onChange: 'update', default: false },
  capabilities: { type: 'object', of: { adds: names, drops: names }, onChange: 'replace' },
  cgroupParent: string,
  cgroupnsMode: { ...string, pattern: /^(private|host)$/ },
  command: { type: 'list', onChange: 'replace', computed: true },
  containerReadRefreshTimeoutMilliseconds: { type: 'integer', onChange: 'update', default: 15000 },
  cpuPeriod: limit,
  cpuQuota: limit,
  cpuSet: { type: 'string', onChange: 'update', pattern: /^\d+([,-]\d+)*$/ },
  cpuShares: limit,
  cpus: { ...string, pattern: /^\d*\.?\d+$/ },
  destroyGraceSeconds: { type: 'integer', onChange: 'update' },
  devices: {
    type: 'set',
    onChange: 'replace',
    of: { hostPath: { ...string, required: true }, containerPath: string, permissions: { ...string, default: 'rwm' } },
  },
  dns: names,
  dnsOpts: names,
  dnsSearches: names,
  domainname: string,
  entrypoints: { type: 'list', onChange: 'replace', computed: true },
  envs: { ...names, computed: true },
  groupAdds: names,
  healthcheck: { type: 'object', of: healthcheck, onChange: 'update', computed: true },
  hostname: { ...string, computed: true },
  hosts: {
    type: 'set',
    onChange: 'replace',
    of: { host: { ...string, required: true }, ip: { ...string, required: true } },
  },
  image: { ...string, required: true },
  init: { type: 'boolean', onChange: 'update', computed: true },
  ipcMode: { ...string, computed: true },
  labels: { type: 'set', of: labels, onChange: 'replace', computed: true },
  logDriver: { ...string, computed: true },
  logOpts: map,
  logs: { type: 'boolean', onChange: 'update', default: false },
  maxRetryCount: { type: 'integer', onChange: 'update' },
  memory: limit,
  memoryReservation: { ...limit, default: 0 },
  memorySwap: { ...limit, minimum: -1 },
  // As with the official plugin: another mount in the place of one changes state alone.
  mounts: { type: 'set', of: mounts, onChange: 'replace', onMemberChange: 'update' },
  mustRun: { type: 'boolean', onChange: 'update', default: true },
  name: { ...string, required: true },
  networkMode: { ...string, default: 'bridge' },
  networksAdvanced: { type: 'set', of: networksAdvanced, onChange: 'replace' },
  pidMode: string,
  platform: { ...string, computed: true },
  ports: { type: 'list', of: ports, onChange: 'replace', same: samePorts },
  privileged: flag,
  publishAllPorts: flag,
  readOnly: { ...flag, default: false },
  removeVolumes: { type: 'boolean', onChange: 'update', default: true },
  restart: { type: 'string', onChange: 'update', default: 'no', pattern: /^(no|on-failure|always|unless-stopped)$/ },
  rm: { type: 'boolean', onChange: 'update', default: false },
  runtime: { ...string, computed: true },
  securityOpts: { ...names, computed: true },
  shmSize: { ...whole, minimum: 0, computed: true },
  start: { type: 'boolean', onChange: 'update', default: true },
  stdinOpen: { ...flag, default: false },
  stopSignal: { ...string, computed: true },
  stopTimeout: { ...whole, computed: true },
  storageOpts: map,
  sysctls: map,
  tmpfs: { type: 'map', onChange: 'update' },
  tty: { ...flag, default: false },
  ulimits: {
    type: 'set',
    onChange: 'replace',
    of: { name: { ...string, required: true }, hard: { ...whole, required: true }, soft: { ...whole, required: true } },
  },
  uploads: { type: 'set', of: uploads, onChange: 'replace' },
  user: { ...string, keptWhenUnset: true },
  usernsMode: string,
  volumes: { type: 'set', of: volumes, onChange: 'replace' },
  wait: { type: 'boolean', onChange: 'update', default: false },
  waitTimeout: { type: 'integer', onChange: 'update', default: 60 },
  workingDir: { ...string, keptWhenUnset: true },
};

/** What a container's resource tells besides its inputs. */
export const containerOutputs = ['bridge', 'containerLogs', 'exitCode', 'networkDatas'] as const;

/**
 * The same ports in any order when each says which port of the host it takes; else in the same order, and a port of the host
 * that the engine chose is the same as one not asked for. The engine's own order is that of the container's ports.
 */
function samePorts(state: Plain, input: Plain): boolean {
  const [had, wanted] = [objects(state), objects(input)];
  if (had.length !== wanted.length) return false;
  const same = (old: PlainProperties, port: PlainProperties, external: boolean): boolean =>
    old['internal'] === port['internal'] &&
    text(old['protocol'], 'tcp') === text(port['protocol'], 'tcp') &&
    (text(old['ip']) || '0.0.0.0') === (text(port['ip']) || '0.0.0.0') &&
    (external || old['external'] === port['external']);
  return (
    had.every((old) => wanted.some((port) => same(old, port, false))) ||
    had.every((old, index) => same(old, wanted[index] ?? {}, wanted[index]?.['external'] === undefined))
  );
}

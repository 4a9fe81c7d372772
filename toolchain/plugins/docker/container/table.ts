import type { Property, Table } from '../../serving/table';
import { isObject, type Plain, type PlainProperties } from '../../serving/values';
import { labels } from '../labels';

const DURATION = /^(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/;

// A container is what it was made with: unless said otherwise a change replaces it.
const text: Property = { type: 'string', onChange: 'replace' };
const flag: Property = { type: 'boolean', onChange: 'replace' };
const whole: Property = { type: 'integer', onChange: 'replace' };
const names: Property = { type: 'set', onChange: 'replace' };
const map: Property = { type: 'map', onChange: 'replace' };
const limit: Property = { type: 'integer', onChange: 'update', minimum: 0 };
const duration: Property = { type: 'string', onChange: 'update', pattern: DURATION, default: '0s' };

const ports: Table = {
  internal: { ...whole, required: true },
  external: { ...whole, computed: true },
  ip: { ...text, default: '0.0.0.0' },
  protocol: { ...text, default: 'tcp' },
};

const volumes: Table = {
  containerPath: text,
  fromContainer: text,
  hostPath: { ...text, pattern: /^([a-zA-Z]:[\\/]|\/)/ },
  readOnly: flag,
  selinuxRelabel: { ...text, pattern: /^(z|Z)$/ },
  volumeName: text,
};

const mounts: Table = {
  target: { ...text, required: true },
  source: text,
  type: { ...text, required: true, pattern: /^(bind|volume|tmpfs)$/ },
  readOnly: flag,
  bindOptions: {
    type: 'object',
    onChange: 'replace',
    of: { propagation: { ...text, pattern: /^(private|rprivate|shared|rshared|slave|rslave)$/ } },
  },
  volumeOptions: {
    type: 'object',
    onChange: 'replace',
    of: {
      noCopy: flag,
      labels: { type: 'set', of: labels, onChange: 'replace' },
      driverName: text,
      driverOptions: map,
      subpath: text,
    },
  },
  tmpfsOptions: { type: 'object', onChange: 'replace', of: { sizeBytes: whole, mode: whole } },
};

const networksAdvanced: Table = {
  name: { ...text, required: true },
  aliases: names,
  driverOpts: names,
  gwPriority: { ...whole, minimum: 0 },
  ipv4Address: text,
  ipv6Address: text,
  linkLocalIps: names,
  macAddress: text,
};

const uploads: Table = {
  file: { ...text, required: true },
  content: text,
  contentBase64: { ...text, pattern: /^[A-Za-z0-9+/\s]*={0,2}\s*$/ },
  source: text,
  sourceHash: text,
  executable: { ...flag, default: false },
  permissions: { ...text, pattern: /^0[0-7]{3}$/ },
  // The official plugin looks names up in the users of the machine it runs on; numbers mean the same everywhere.
  owner: { ...text, pattern: /^\d+$/ },
  group: { ...text, pattern: /^\d+$/ },
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
  cgroupParent: text,
  cgroupnsMode: { ...text, pattern: /^(private|host)$/ },
  command: { type: 'list', onChange: 'replace', computed: true },
  containerReadRefreshTimeoutMilliseconds: { type: 'integer', onChange: 'update', default: 15000 },
  cpuPeriod: limit,
  cpuQuota: limit,
  cpuSet: { type: 'string', onChange: 'update', pattern: /^\d+([,-]\d+)*$/ },
  cpuShares: limit,
  cpus: { ...text, pattern: /^\d*\.?\d+$/ },
  destroyGraceSeconds: { type: 'integer', onChange: 'update' },
  devices: {
    type: 'set',
    onChange: 'replace',
    of: { hostPath: { ...text, required: true }, containerPath: text, permissions: { ...text, default: 'rwm' } },
  },
  dns: names,
  dnsOpts: names,
  dnsSearches: names,
  domainname: text,
  entrypoints: { type: 'list', onChange: 'replace', computed: true },
  envs: { ...names, computed: true },
  groupAdds: names,
  healthcheck: { type: 'object', of: healthcheck, onChange: 'update', computed: true },
  hostname: { ...text, computed: true },
  hosts: {
    type: 'set',
    onChange: 'replace',
    of: { host: { ...text, required: true }, ip: { ...text, required: true } },
  },
  image: { ...text, required: true },
  init: { type: 'boolean', onChange: 'update', computed: true },
  ipcMode: { ...text, computed: true },
  labels: { type: 'set', of: labels, onChange: 'replace', computed: true },
  logDriver: { ...text, computed: true },
  logOpts: map,
  logs: { type: 'boolean', onChange: 'update', default: false },
  maxRetryCount: { type: 'integer', onChange: 'update' },
  memory: limit,
  memoryReservation: { ...limit, default: 0 },
  memorySwap: { ...limit, minimum: -1 },
  mounts: { type: 'set', of: mounts, onChange: 'replace' },
  mustRun: { type: 'boolean', onChange: 'update', default: true },
  name: { ...text, required: true },
  networkMode: { ...text, default: 'bridge' },
  networksAdvanced: { type: 'set', of: networksAdvanced, onChange: 'replace' },
  pidMode: text,
  platform: { ...text, computed: true },
  ports: { type: 'list', of: ports, onChange: 'replace', same: samePorts },
  privileged: flag,
  publishAllPorts: flag,
  readOnly: { ...flag, default: false },
  removeVolumes: { type: 'boolean', onChange: 'update', default: true },
  restart: { type: 'string', onChange: 'update', default: 'no', pattern: /^(no|on-failure|always|unless-stopped)$/ },
  rm: { type: 'boolean', onChange: 'update', default: false },
  runtime: { ...text, computed: true },
  securityOpts: { ...names, computed: true },
  shmSize: { ...whole, minimum: 0, computed: true },
  start: { type: 'boolean', onChange: 'update', default: true },
  stdinOpen: { ...flag, default: false },
  stopSignal: { ...text, computed: true },
  stopTimeout: { ...whole, computed: true },
  storageOpts: map,
  sysctls: map,
  tmpfs: { type: 'map', onChange: 'update' },
  tty: { ...flag, default: false },
  ulimits: {
    type: 'set',
    onChange: 'replace',
    of: { name: { ...text, required: true }, hard: { ...whole, required: true }, soft: { ...whole, required: true } },
  },
  uploads: { type: 'set', of: uploads, onChange: 'replace' },
  user: { ...text, keptWhenUnset: true },
  usernsMode: text,
  volumes: { type: 'set', of: volumes, onChange: 'replace' },
  wait: { type: 'boolean', onChange: 'update', default: false },
  waitTimeout: { type: 'integer', onChange: 'update', default: 60 },
  workingDir: { ...text, keptWhenUnset: true },
};

/** What a container's resource tells besides its inputs. */
export const containerOutputs = ['bridge', 'containerLogs', 'exitCode', 'networkDatas'] as const;

/** Ports in any order; a port that the engine chose is the same as one not asked for. */
function samePorts(state: Plain, input: Plain): boolean {
  const [olds, news] = [state, input].map((list) => (Array.isArray(list) ? list.filter((port) => isObject(port)) : []));
  if (olds === undefined || news === undefined || olds.length !== news.length) return false;
  const left = [...(olds as PlainProperties[])];
  return (news as PlainProperties[]).every((port) => {
    const index = left.findIndex(
      (old) =>
        old['internal'] === port['internal'] &&
        (old['protocol'] ?? 'tcp') === (port['protocol'] ?? 'tcp') &&
        (old['ip'] || '0.0.0.0') === (port['ip'] || '0.0.0.0') &&
        (port['external'] === undefined || old['external'] === port['external']),
    );
    if (index === -1) return false;
    left.splice(index, 1);
    return true;
  });
}

import type { Properties } from '../../../toolchain/plugins/serving/values';

/** What changing one property of a resource asks for. */
export type Outcome = 'replace' | 'update' | 'nothing';

/** Changes to a resource of its own inputs, each with what it must ask for; the official plugins are the measure. */
export interface Changes {
  /** What the changes are made to, besides the inputs that every resource of the type has. */
  base?: Properties;
  rows: [property: string, value: Properties[string] | undefined, outcome: Outcome][];
}

/** docker:index/container:Container; `base` is merged into a running container's inputs. */
export const containerChanges: Changes = {
  base: {
    command: ['sleep', '600'],
    envs: ['A=1', 'B=2'],
    labels: [
      { label: 'a', value: '1' },
      { label: 'b', value: '2' },
    ],
    ports: [
      { internal: 80, ip: '127.0.0.1' },
      { internal: 81, ip: '127.0.0.1', protocol: 'udp' },
    ],
    healthcheck: { tests: ['CMD', 'true'], interval: '1m0s', timeout: '3s', retries: 2 },
    memory: 64,
    memorySwap: 64,
    cpus: '0.5',
    capabilities: { drops: ['ALL'], adds: ['CAP_CHOWN'] },
    securityOpts: ['no-new-privileges:true'],
    tmpfs: { '/run': 'size=1m' },
    hosts: [{ host: 'x.test', ip: '127.0.0.1' }],
    groupAdds: ['7'],
    user: '1',
    uploads: [{ file: '/tmp/a', content: 'a' }],
    logDriver: 'json-file',
    logOpts: { 'max-size': '1m' },
    restart: 'on-failure',
    maxRetryCount: 3,
    stopSignal: 'SIGTERM',
    stopTimeout: 5,
    workingDir: '/tmp',
    hostname: 'it',
    sysctls: { 'net.core.somaxconn': '128' },
    shmSize: 32,
    mounts: [{ type: 'tmpfs', target: '/cache' }],
    destroyGraceSeconds: 1,
  },
  rows: [
    ['image', 'OTHER_IMAGE', 'replace'],
    ['name', 'OTHER_NAME', 'replace'],
    ['command', ['sleep', '601'], 'replace'],
    ['command', undefined, 'nothing'],
    ['entrypoints', ['sh', '-c'], 'replace'],
    ['envs', ['B=2', 'A=1'], 'nothing'],
    ['envs', ['A=1'], 'replace'],
    ['envs', undefined, 'nothing'],
    ['labels', [{ label: 'a', value: '2' }], 'replace'],
    ['labels', undefined, 'nothing'],
    [
      'ports',
      [
        { internal: 81, ip: '127.0.0.1', protocol: 'udp' },
        { internal: 80, ip: '127.0.0.1' },
      ],
      'nothing',
    ],
    ['ports', [{ internal: 80, ip: '127.0.0.1' }], 'replace'],
    ['ports', [{ internal: 80 }, { internal: 81, ip: '127.0.0.1', protocol: 'udp' }], 'replace'],
    ['healthcheck', { tests: ['CMD', 'true'], interval: '2m0s', timeout: '3s', retries: 2 }, 'update'],
    // The engine's own way of writing a duration is the one that stays.
    ['healthcheck', { tests: ['CMD', 'true'], interval: '60s', timeout: '3s', retries: 2 }, 'update'],
    ['healthcheck', undefined, 'nothing'],
    ['memory', 65, 'update'],
    ['memorySwap', 65, 'update'],
    // The engine chooses twice the memory then, which no input ever says.
    ['memorySwap', undefined, 'update'],
    ['memoryReservation', 32, 'update'],
    ['cpus', '1.0', 'replace'],
    ['cpuShares', 5, 'update'],
    ['cpuSet', '0', 'update'],
    ['capabilities', { drops: ['ALL'] }, 'replace'],
    ['capabilities', { drops: ['ALL'], adds: ['CHOWN'] }, 'replace'],
    ['securityOpts', ['no-new-privileges:false'], 'replace'],
    ['securityOpts', undefined, 'nothing'],
    ['tmpfs', { '/run': 'size=2m' }, 'update'],
    ['hosts', [{ host: 'y.test', ip: '127.0.0.1' }], 'replace'],
    ['groupAdds', ['8'], 'replace'],
    ['user', '2', 'replace'],
    ['user', undefined, 'nothing'],
    ['uploads', [{ file: '/tmp/a', content: 'b' }], 'replace'],
    ['logDriver', 'none', 'replace'],
    ['logOpts', { 'max-size': '2m' }, 'replace'],
    ['restart', 'no', 'update'],
    ['maxRetryCount', 4, 'update'],
    ['stopSignal', 'SIGINT', 'replace'],
    ['stopTimeout', 6, 'replace'],
    ['workingDir', '/', 'replace'],
    ['workingDir', undefined, 'nothing'],
    ['hostname', 'that', 'replace'],
    ['hostname', undefined, 'nothing'],
    ['sysctls', { 'net.core.somaxconn': '256' }, 'replace'],
    ['shmSize', 64, 'replace'],
    ['mounts', [{ type: 'tmpfs', target: '/cache', readOnly: true }], 'replace'],
    ['volumes', [{ containerPath: '/v' }], 'replace'],
    ['networkMode', 'none', 'replace'],
    ['networksAdvanced', [{ name: 'bridge' }], 'replace'],
    ['privileged', true, 'replace'],
    ['readOnly', true, 'replace'],
    ['init', true, 'update'],
    ['rm', true, 'update'],
    ['wait', true, 'update'],
    ['waitTimeout', 5, 'update'],
    ['mustRun', false, 'update'],
    ['start', false, 'update'],
    ['attach', true, 'update'],
    ['logs', true, 'update'],
    ['destroyGraceSeconds', 2, 'update'],
    ['removeVolumes', false, 'update'],
    ['dns', ['127.0.0.1'], 'replace'],
    ['domainname', 'test', 'replace'],
    ['ulimits', [{ name: 'nofile', soft: 100, hard: 200 }], 'replace'],
    ['tty', true, 'replace'],
    ['stdinOpen', true, 'replace'],
    ['ipcMode', 'host', 'replace'],
    ['pidMode', 'host', 'replace'],
  ],
};

export const networkChanges: Changes = {
  base: { labels: [{ label: 'a', value: '1' }] },
  rows: [
    ['name', 'OTHER_NAME', 'replace'],
    ['labels', [{ label: 'a', value: '2' }], 'replace'],
    ['labels', undefined, 'replace'],
    ['driver', 'bridge', 'nothing'],
    ['internal', true, 'replace'],
    ['attachable', true, 'replace'],
    ['ipv6', false, 'nothing'],
    ['options', { 'com.docker.network.bridge.enable_icc': 'false' }, 'replace'],
    ['ipamConfigs', [{ subnet: '10.231.0.0/24' }], 'replace'],
  ],
};

export const volumeChanges: Changes = {
  base: { labels: [{ label: 'a', value: '1' }] },
  rows: [
    ['name', 'OTHER_NAME', 'replace'],
    ['labels', [{ label: 'a', value: '2' }], 'replace'],
    ['driver', 'local', 'nothing'],
    ['driverOpts', { type: 'tmpfs', device: 'tmpfs' }, 'replace'],
  ],
};

export const imageChanges: Changes = {
  base: { keepLocally: true },
  rows: [
    ['name', 'OTHER_IMAGE', 'replace'],
    ['keepLocally', false, 'update'],
    ['keepLocally', undefined, 'update'],
    ['forceRemove', true, 'update'],
    ['platform', 'linux/amd64', 'replace'],
    ['triggers', { a: '1' }, 'replace'],
    ['pullTriggers', ['a'], 'replace'],
  ],
};

export const commandChanges: Changes = {
  base: { create: 'echo made', environment: { A: '1' }, triggers: ['a', { deep: [1] }] },
  rows: [
    ['create', 'echo other', 'update'],
    ['update', 'echo update', 'update'],
    ['delete', 'echo delete', 'update'],
    ['stdin', 'x', 'update'],
    ['environment', { A: '2' }, 'update'],
    ['environment', undefined, 'update'],
    ['dir', '/', 'update'],
    ['interpreter', ['/bin/sh', '-ec'], 'update'],
    ['logging', 'none', 'update'],
    ['addPreviousOutputInEnv', false, 'update'],
    ['triggers', undefined, 'replace'],
    ['triggers', ['a', { deep: [1] }], 'nothing'],
  ],
};

export const passwordChanges: Changes = {
  base: { length: 20, keepers: { a: '1' } },
  rows: [
    ['length', 21, 'replace'],
    ['special', false, 'replace'],
    ['special', true, 'nothing'],
    ['upper', false, 'replace'],
    ['lower', false, 'replace'],
    ['numeric', false, 'replace'],
    ['minSpecial', 2, 'replace'],
    ['minUpper', 2, 'replace'],
    ['minLower', 2, 'replace'],
    ['minNumeric', 2, 'replace'],
    ['overrideSpecial', '!', 'replace'],
    ['overrideSpecial', '', 'nothing'],
    ['keepers', { a: '2' }, 'replace'],
    ['keepers', undefined, 'replace'],
  ],
};

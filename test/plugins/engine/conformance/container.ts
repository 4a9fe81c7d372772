import { secret } from '../../../../toolchain/plugins/serving/values';
import { containerBase, containerChanges } from './container-changes';
import type { Subject } from './row';

const stopped = [['stop', '-t', '0', '$id']];
const sleeping = { tests: ['CMD', 'true'], interval: '1s', timeout: '5s' };

export const container: Subject = {
  plugin: 'docker',
  type: 'docker:index/container:Container',
  inputs: { name: '$name', image: '$image', command: ['sleep', '600'] },
  deleteFirst: 'always',
  base: containerBase,
  changes: containerChanges,
  drifts: [
    { what: 'removed', happens: [['rm', '-f', '$id']], reads: 'gone' },
    {
      what: 'stopped',
      happens: stopped,
      reads: { mustRun: false, exitCode: 137 },
      then: { outcome: 'update', changed: ['mustRun'] },
    },
    {
      what: 'stopped, and it publishes ports',
      inputs: { ports: [{ internal: 80, ip: '127.0.0.1' }] },
      happens: stopped,
      reads: { mustRun: false, ports: [] },
      then: { outcome: 'replace', changed: ['mustRun', 'ports'] },
    },
    {
      what: 'stopped, and it need not run',
      inputs: { mustRun: false },
      happens: stopped,
      reads: { mustRun: false },
      then: { outcome: 'nothing' },
    },
    {
      what: 'killed and started again',
      happens: [
        ['kill', '$id'],
        ['start', '$id'],
      ],
      reads: { mustRun: true },
      then: { outcome: 'nothing' },
    },
    { what: 'paused', happens: [['pause', '$id']], reads: { mustRun: true }, then: { outcome: 'nothing' } },
    {
      what: 'renamed',
      happens: [['rename', '$id', '$other']],
      reads: { name: '$other' },
      then: { outcome: 'replace', changed: ['name'] },
    },
    {
      what: 'given another limit',
      inputs: { memory: 32, memorySwap: 32 },
      happens: [['update', '--memory', '48m', '--memory-swap', '48m', '$id']],
      reads: { memory: 48, memorySwap: 48 },
      then: { outcome: 'update', changed: ['memory', 'memorySwap'] },
    },
    {
      what: 'given another restart policy',
      inputs: { restart: 'unless-stopped' },
      happens: [['update', '--restart', 'no', '$id']],
      reads: { restart: 'no' },
      then: { outcome: 'update', changed: ['restart'] },
    },
    {
      what: 'taken out of its network',
      happens: [['network', 'disconnect', 'bridge', '$id']],
      reads: { networkDatas: [] },
      then: { outcome: 'nothing' },
    },
  ],
  secrets: [
    { what: 'nothing secret', inputs: { envs: ['A=1'] }, secret: [] },
    { what: 'one variable', inputs: { envs: [secret('PASSWORD=x'), 'A=1'] }, secret: ['envs'] },
    { what: 'all variables', inputs: { envs: secret(['PASSWORD=x']) }, secret: ['envs'] },
    {
      what: "a file's content",
      inputs: { uploads: [{ file: '/etc/password', content: secret('x') }] },
      secret: ['uploads'],
    },
    { what: 'the command', inputs: { command: ['sleep', secret('600')] }, secret: ['command'] },
    { what: 'a label', inputs: { labels: [{ label: 'a', value: secret('x') }] }, secret: ['labels'] },
  ],
  errors: [
    {
      what: 'an image that no registry has',
      inputs: { image: 'localhost:1/none:1' },
      fails: 'create',
      says: /unable to (find or )?pull image[^]*localhost:1/i,
    },
    {
      what: 'a name that is taken',
      inputs: { name: '$taken' },
      first: [['create', '--name', '$taken', '$image']],
      fails: 'create',
      says: /\$taken[^]*already in use/,
    },
    {
      what: 'a network that is missing',
      inputs: { networksAdvanced: [{ name: '$missing' }] },
      fails: 'create',
      says: /network \$missing not found/,
      leaves: 'half-made',
    },
    {
      what: 'a port that is taken',
      inputs: { ports: [{ internal: 80, external: '$takenPort', ip: '127.0.0.1' }] },
      fails: 'create',
      says: /port is already allocated|address already in use/,
      leaves: 'half-made',
    },
    {
      what: 'a command that the image does not have',
      inputs: { command: ['no-such-command'] },
      fails: 'create',
      says: /no-such-command[^]*(not found|no such file)/,
      leaves: 'half-made',
    },
    {
      what: 'a folder of the host without its path from the root',
      inputs: { volumes: [{ hostPath: 'relative', containerPath: '/v' }] },
      fails: 'check',
      says: /volumes[^]*relative|relative[^]*volumes/,
    },
    {
      what: 'a mount of a folder that is not there',
      inputs: { mounts: [{ type: 'bind', source: '/nowhere/at/all', target: '/v' }] },
      fails: 'create',
      says: /bind source path does not exist/,
    },
    {
      what: "a volume's name that the engine does not take",
      inputs: { volumes: [{ volumeName: 'a b', containerPath: '/v' }] },
      fails: 'create',
      says: /includes invalid characters/,
    },
    {
      what: 'a capability that there is not',
      inputs: { capabilities: { adds: ['FLYING'] } },
      fails: 'create',
      says: /FLYING/,
    },
    {
      what: 'less memory than the engine gives',
      inputs: { memory: 1 },
      fails: 'create',
      says: /minimum memory limit/i,
    },
    { what: 'a limit below zero', inputs: { memory: -5 }, fails: 'check', says: /memory[^]*-5|-5[^]*memory/ },
    { what: 'a restart policy that there is not', inputs: { restart: 'often' }, fails: 'check', says: /restart/ },
    { what: 'text for a number', inputs: { memory: 'much' }, fails: 'check', says: /memory[^]*much/ },
    { what: 'text for a list', inputs: { networksAdvanced: 'bridge' }, fails: 'check', says: /networksAdvanced/ },
    {
      what: 'a duration that is none',
      inputs: { healthcheck: { tests: ['CMD', 'true'], interval: 'often' } },
      fails: 'check',
      says: /healthcheck\.interval/,
    },
    {
      what: 'waiting without a health check',
      inputs: { wait: true },
      fails: 'create',
      says: /does not have a healthcheck defined/,
      leaves: 'half-made',
    },
    {
      what: 'a health check that fails',
      inputs: { wait: true, waitTimeout: 2, healthcheck: { ...sleeping, tests: ['CMD', 'false'], retries: 1 } },
      fails: 'create',
      says: /container failed to be in healthy state/,
      leaves: 'half-made',
    },
  ],
};

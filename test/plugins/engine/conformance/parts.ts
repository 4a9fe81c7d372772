import { secret } from '../../../../toolchain/plugins/serving/values';
import type { Subject } from './row';

const labels = [{ label: 'a', value: '1' }];

export const network: Subject = {
  plugin: 'docker',
  type: 'docker:index/network:Network',
  inputs: { name: '$name' },
  deleteFirst: 'always',
  base: { labels },
  changes: [
    ['name', '$other', 'replace'],
    ['labels', [{ label: 'a', value: '2' }], 'replace'],
    ['labels', undefined, 'replace'],
    ['driver', 'bridge', 'nothing'],
    ['driver', 'macvlan', 'replace'],
    ['internal', true, 'replace'],
    ['internal', false, 'nothing'],
    ['attachable', true, 'replace'],
    ['ingress', true, 'replace'],
    ['ipv6', false, 'nothing'],
    ['ipv6', true, 'replace'],
    ['ipamDriver', 'default', 'nothing'],
    ['options', { 'com.docker.network.bridge.enable_icc': 'false' }, 'replace'],
    ['ipamConfigs', [{ subnet: '10.231.0.0/24' }], 'replace'],
  ],
  drifts: [
    { what: 'removed', happens: [['network', 'rm', '$id']], reads: 'gone' },
    {
      what: 'removed and made again under its name',
      happens: [
        ['network', 'rm', '$id'],
        ['network', 'create', '$name'],
      ],
      reads: 'gone',
    },
    {
      what: 'joined by a container',
      happens: [['create', '--name', '$name', '--network', '$name', '$image']],
      reads: { name: '$name', driver: 'bridge', scope: 'local', internal: false },
      then: { outcome: 'nothing' },
    },
  ],
  secrets: [
    { what: 'nothing secret', inputs: { labels }, secret: [] },
    { what: 'a label', inputs: { labels: [{ label: 'a', value: secret('x') }] }, secret: ['labels'] },
  ],
  errors: [
    {
      what: 'a name that is taken',
      inputs: { name: '$taken' },
      first: [['network', 'create', '$taken']],
      fails: 'create',
      says: /network with name \$taken already exists/,
    },
    {
      what: 'a range that is none',
      inputs: { ipamConfigs: [{ subnet: 'somewhere' }] },
      fails: 'create',
      says: /invalid (subnet|CIDR)[^]*somewhere/i,
    },
    {
      what: 'a range that another network has',
      inputs: { ipamConfigs: [{ subnet: '10.232.0.0/24' }] },
      first: [['network', 'create', '--subnet', '10.232.0.0/24', '$taken']],
      fails: 'create',
      says: /overlap/,
    },
    { what: 'text for true or false', inputs: { internal: 'perhaps' }, fails: 'check', says: /internal/ },
  ],
};

export const volume: Subject = {
  plugin: 'docker',
  type: 'docker:index/volume:Volume',
  inputs: { name: '$name' },
  deleteFirst: 'always',
  base: { labels },
  changes: [
    ['name', '$other', 'replace'],
    ['labels', [{ label: 'a', value: '2' }], 'replace'],
    ['labels', undefined, 'replace'],
    ['driver', 'local', 'nothing'],
    ['driver', 'other', 'replace'],
    ['driverOpts', { type: 'tmpfs', device: 'tmpfs' }, 'replace'],
  ],
  drifts: [
    { what: 'removed', happens: [['volume', 'rm', '$id']], reads: 'gone' },
    {
      what: 'removed and made again with other labels',
      inputs: { labels },
      happens: [
        ['volume', 'rm', '$id'],
        ['volume', 'create', '--label', 'a=2', '$id'],
      ],
      reads: { labels: [{ label: 'a', value: '2' }] },
      then: { outcome: 'replace', changed: ['labels'] },
    },
    {
      what: 'removed and made again',
      inputs: { labels },
      happens: [
        ['volume', 'rm', '$id'],
        ['volume', 'create', '--label', 'a=1', '$id'],
      ],
      reads: { name: '$name', driver: 'local' },
      then: { outcome: 'nothing' },
    },
  ],
  secrets: [
    { what: 'nothing secret', inputs: {}, secret: [] },
    {
      what: 'an option of the driver',
      inputs: { driverOpts: { type: 'tmpfs', device: 'tmpfs', o: secret('size=1m') } },
      secret: ['driverOpts'],
    },
  ],
  errors: [
    {
      what: 'a name that the engine does not take',
      inputs: { name: 'a b' },
      fails: 'create',
      says: /includes invalid characters/,
    },
    {
      what: 'an option that the driver does not have',
      inputs: { driverOpts: { colour: 'red' } },
      fails: 'create',
      says: /invalid option/,
    },
  ],
};

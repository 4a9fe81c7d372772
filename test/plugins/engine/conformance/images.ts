import type { Subject } from './row';

export const remoteImage: Subject = {
  plugin: 'docker',
  type: 'docker:index/remoteImage:RemoteImage',
  inputs: { name: '$image', keepLocally: true },
  deleteFirst: 'never',
  base: {},
  changes: [
    ['name', '$otherImage', 'replace'],
    ['keepLocally', false, 'update'],
    ['keepLocally', undefined, 'update'],
    ['forceRemove', true, 'update'],
    ['forceRemove', false, 'nothing'],
    ['platform', 'linux/amd64', 'replace'],
    ['platform', '', 'nothing'],
    ['triggers', { a: '1' }, 'replace'],
    ['pullTriggers', ['a'], 'replace'],
  ],
  drifts: [
    {
      what: 'untagged',
      inputs: { name: '$prefix-drift:1' },
      happens: [['rmi', '$prefix-drift:1']],
      reads: 'gone',
    },
    {
      what: 'its tag moved to another image',
      inputs: { name: '$prefix-drift:1' },
      happens: [['tag', '$otherImage', '$prefix-drift:1']],
      reads: { imageId: '$otherImageId', name: '$prefix-drift:1' },
      then: { outcome: 'nothing' },
    },
    {
      what: 'given one more tag',
      happens: [['tag', '$image', '$prefix-drift:2']],
      reads: { imageId: '$imageId', repoDigest: '' },
      then: { outcome: 'nothing' },
    },
  ],
  secrets: [{ what: 'nothing secret', inputs: {}, secret: [] }],
  errors: [
    {
      what: 'an image that no registry has',
      inputs: { name: 'localhost:1/none:1' },
      fails: 'create',
      says: /unable to (find or )?pull image[^]*localhost:1/i,
    },
    {
      what: 'a digest that does not exist',
      inputs: { name: `localhost:1/none@sha256:${'0'.repeat(64)}` },
      fails: 'create',
      says: /unable to (find or )?pull image[^]*localhost:1/i,
    },
    { what: 'a name that is none', inputs: { name: 'No Name' }, fails: 'create', says: /No Name/ },
  ],
};

export const tag: Subject = {
  plugin: 'docker',
  type: 'docker:index/tag:Tag',
  inputs: { sourceImage: '$image', targetImage: '$prefix-tagged:7' },
  deleteFirst: 'never',
  base: {},
  changes: [
    ['sourceImage', '$otherImage', 'replace'],
    ['targetImage', '$prefix-tagged:8', 'replace'],
    ['tagTriggers', ['a'], 'replace'],
  ],
  drifts: [
    {
      what: 'removed',
      happens: [['rmi', '$prefix-tagged:7']],
      reads: { sourceImageId: '$imageId' },
      then: { outcome: 'nothing' },
    },
  ],
  secrets: [{ what: 'nothing secret', inputs: {}, secret: [] }],
  errors: [
    {
      what: 'an image that the engine does not have',
      inputs: { sourceImage: '$missing:1' },
      fails: 'create',
      says: /No such image[^]*\$missing:1/,
    },
    {
      what: 'a name that is none',
      inputs: { targetImage: 'No Name' },
      fails: 'create',
      says: /invalid reference|not a valid repository/i,
    },
  ],
};

import { commandFunctions } from './command';
import type { FunctionRow } from './row';

const network = 'docker:index/getNetwork:getNetwork';
const image = 'docker:index/getRemoteImage:getRemoteImage';
const registryImage = 'docker:index/getRegistryImage:getRegistryImage';

/** What functions answer, or why they do not. */
export const functions: FunctionRow[] = [
  {
    plugin: 'docker',
    token: network,
    inputs: { name: 'bridge' },
    answers: { name: 'bridge', driver: 'bridge', scope: 'local', internal: false },
  },
  {
    plugin: 'docker',
    token: network,
    inputs: { name: '$missing' },
    answers: /could not find docker network[^]*\$missing/i,
  },
  { plugin: 'docker', token: network, inputs: {}, answers: /name/ },
  {
    plugin: 'docker',
    token: image,
    inputs: { name: '$image' },
    answers: { id: '$imageId', name: '$image', repoDigest: '' },
  },
  {
    plugin: 'docker',
    token: image,
    inputs: { name: '$missing:1' },
    answers: /did not find docker image '\$missing:1'/i,
  },
  { plugin: 'docker', token: image, inputs: {}, answers: /name/ },
  { plugin: 'docker', token: registryImage, inputs: {}, answers: /name/ },
  {
    plugin: 'docker',
    token: registryImage,
    inputs: { name: 'localhost:1/none:1' },
    answers: /Got error when attempting to fetch image version none:1 from registry[^]*refused/i,
  },
  ...commandFunctions,
];

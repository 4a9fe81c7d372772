import assert from 'node:assert/strict';
import { parseProject, sample } from '../errors/project';
import type { Recorder } from '../components/mocks';
import { config, declare as declareEnvironment } from './declared-environment';
import { declare as declarePlatform } from './declared-platform';

/** Ways to one engine: each is somebody's, at a terminal or in a pipeline's step. */
const ways: readonly NodeJS.ProcessEnv[] = [
  { DOCKER_HOST: 'unix:///run/user/1000/docker.sock' },
  { DOCKER_HOST: 'unix:///home/ann/.colima/docker.sock', DOCKER_API_VERSION: '1.44' },
  { DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/home/ann/certs' },
  { DOCKER_HOST: 'ssh://ann@laptop' },
  { DOCKER_CONTEXT: 'rootless', DOCKER_CONFIG: '/home/ann/docker' },
];
const names = [...new Set(ways.flatMap((way) => Object.keys(way)))];

/** What is declared by somebody who has this way. */
async function by(way: NodeJS.ProcessEnv, declare: () => Promise<{ recorder: Recorder }>): Promise<unknown> {
  const before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  const set = (values: NodeJS.ProcessEnv): void => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
    for (const [name, value] of Object.entries(values)) if (value !== undefined) process.env[name] = value;
  };
  set(way);
  try {
    const { recorder } = await declare();
    return recorder.resources
      .map(({ type, name, inputs }) => ({ type, name, inputs }))
      .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
  } finally {
    set(before);
  }
}

describe('OtherContext: by whatever way somebody reaches the engine', () => {
  const stacks: Record<string, () => Promise<{ recorder: Recorder }>> = {
    'a platform': () => declarePlatform(parseProject(sample())),
    'an environment': () => declareEnvironment({ name: 'staging', config: config() }),
  };
  for (const [title, declare] of Object.entries(stacks)) {
    it(`${title} is the same resources with the same inputs`, async () => {
      const first = await by({}, declare);
      for (const way of ways) assert.deepEqual(await by(way, declare), first, JSON.stringify(way));
    });
  }
});

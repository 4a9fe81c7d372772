import assert from 'node:assert/strict';
import { Drone } from '../../components/ci/drone';
import { Gateway } from '../../components/ci/gateway';
import { Edges } from '../../components/edges';
import { gitHosts } from '../../components/git-hosts';
import { EmbeddedRegistry } from '../../components/registries/embedded';
import { asRun, officialAccounts, type OfficialImage } from '../../toolchain/official';
import { command, container, record, valueOf, type Recorder } from './mocks';
import { complaints, toolsIn, type ContainerInputs } from './official-images';
import { gitHostArgs, plain, printed, stdinOf } from './platform-args';
import { access } from '../targets/store-home';

const accounts: Record<keyof typeof officialAccounts, OfficialImage> = officialAccounts;
const network = 'sluice-platform';
const reference = (name: keyof typeof accounts): string => accounts[name].reference;

/** A platform and an environment's edge, declared with the official images. */
async function declare(kind: 'gogs' | 'gitea'): Promise<Recorder> {
  const recorder = await record({ stack: 'platform', stdout: printed });
  const gitHost = new gitHosts[kind]('git', { ...gitHostArgs, image: reference(kind) });
  const drone = new Drone('drone', {
    instance: 'sluice',
    network,
    bind: '127.0.0.1',
    port: 3080,
    images: {
      server: reference('drone'),
      runner: reference('runner'),
      edge: reference('edge'),
    },
    gitHost,
    stepsNetwork: 'sluice-steps',
    platform: { os: 'linux', arch: 'arm64' },
    pipelines: { endpoint: 'http://sluice-pipelines:3000', secret: 's3cret' },
  });
  const gateway = new Gateway('gateway', {
    instance: 'sluice',
    network,
    image: reference('edge'),
    engineSocket: '/var/run/docker.sock',
    gitLogin: { username: 'sluice-bot', password: 's3cret' },
    gitReader: { username: 'maintainer', password: 's3cret' },
    behind: {
      pushRecord: ['commits'],
      registryAddress: 'localhost:5500',
      gitHost: 'sluice-git:3000',
      owner: 'sluice',
      drone: 'sluice-drone:80',
      registry: 'sluice-registry:5000',
    },
  });
  const registry = new EmbeddedRegistry('registry', {
    instance: 'sluice',
    network,
    images: { registry: reference('registry'), edge: reference('edge') },
    bind: '127.0.0.1',
    port: 5500,
  });
  const edges = new Edges('edges', {
    instance: 'sluice',
    environment: 'staging',
    network,
    image: reference('edge'),
    bind: '127.0.0.1',
    services: [{ name: 'discounts', port: 8181, requestSeconds: 3600, idleSeconds: 3600 }],
    ledger: access,
    machine: undefined,
    places: undefined,
  });
  for (const output of [drone.login, gateway.network, registry.ready, edges.configured]) await valueOf<unknown>(output);
  return recorder;
}

/** Volumes that an action gives to a user before they are mounted; checks that its image has what that takes. */
function ownedIn(recorder: Recorder): Record<string, string> {
  const actions = recorder.resources.filter(({ type, name }) => type === command && name.endsWith('-volume-owner'));
  return Object.fromEntries(
    actions.map(({ inputs }) => {
      const { volume, user, image } = stdinOf(inputs) as { volume: string; user: string; image: string };
      const account = Object.values(accounts).find((each) => each.reference === image);
      for (const tool of ['sh', 'touch', 'chown'] as const)
        assert.ok(account?.tools.includes(tool), `${image} ${tool}`);
      return [volume, user];
    }),
  );
}

for (const kind of ['gogs', 'gitea'] as const) {
  describe(`a platform with ${kind}, by the official images`, () => {
    it('asks of no image what it has not', async () => {
      const recorder = await declare(kind);
      const owned = ownedIn(recorder);
      const containers = recorder.resources.filter(({ type }) => type === container);
      assert.deepEqual(containers.map(({ name }) => name).sort(), [
        'drone',
        'drone-front',
        'edge-discounts',
        'gateway',
        'git',
        'registry',
        'registry-store',
        'runner',
      ]);
      for (const { name, inputs } of containers) {
        const account = Object.values(accounts).find((each) => each.reference === inputs['image']);
        assert.ok(account !== undefined, name);
        assert.deepEqual(complaints(asRun(account), plain(inputs) as ContainerInputs, owned), [], name);
      }
    });
  });
}

/** What is called in a running container, by the files that do it. */
const called: [keyof typeof accounts, string, string[]][] = [
  ['edge', 'clients/edge/edge.ts', ['nc', 'sh', 'cat', 'mv']],
  ['edge', 'clients/edge/configure.ts', ['sh', 'cat', 'mv', 'printf', 'test', 'sleep', 'haproxy']],
  ['gogs', 'clients/git-host/gogs-client.ts', ['sh', 'cat', 'test', 'echo', 'exec', '/app/gogs/gogs']],
  ['gitea', 'clients/git-host/gitea-client.ts', ['gitea']],
];

describe('what is called in a container of an official image', () => {
  for (const [name, file, programs] of called) {
    it(`by ${file} is there`, () => {
      const has: readonly string[] = [...accounts[name].tools, ...accounts[name].programs];
      assert.deepEqual(
        programs.filter((program) => !has.includes(program)),
        [],
      );
    });
  }
});

describe('holding a container against its image', () => {
  const inputs: ContainerInputs = { volumes: [{ containerPath: '/data', volumeName: 'v' }] };

  it('notices a volume that its user can’t write to, also root without capabilities', () => {
    assert.deepEqual(complaints(accounts.drone, inputs, {}), []);
    assert.equal(complaints(accounts.drone, { ...inputs, user: '1000:1000' }, {}).length, 1);
    assert.deepEqual(complaints(accounts.drone, { ...inputs, user: '1000:1000' }, { v: '1000:1000' }), []);
    assert.equal(complaints(accounts.drone, inputs, { v: '1000:1000' }).length, 1);
  });

  it('notices tools, programs, variables and ports that are not there, and files that a mount hides', () => {
    const check = (test: string): ContainerInputs => ({ healthcheck: { tests: ['CMD-SHELL', test] } });
    assert.deepEqual(complaints(accounts.runner, check('timeout 4 wget -q -O /dev/null http://localhost'), {}), [
      'there is no timeout',
      'there is no wget',
    ]);
    assert.deepEqual(complaints(accounts.node, check('nc -w 4 127.0.0.1 1 | grep -q x'), {}), ['there is no nc']);
    assert.deepEqual(complaints(accounts.drone, { envs: ['GITEA__x=1'] }, {}), ['GITEA__x is not read']);
    assert.deepEqual(complaints(accounts.drone, { ports: [{ internal: 8080 }] }, {}), ['nothing listens on 8080']);
    assert.deepEqual(complaints(accounts.gitea, { entrypoints: ['/usr/bin/s6-svscan'] }, {}), [
      'there is no /usr/bin/s6-svscan',
    ]);
    assert.deepEqual(complaints(accounts.drone, { ...inputs, uploads: [{ file: '/data/key' }] }, {}), [
      '/data/key is hidden by a mount',
    ]);
  });

  it('reads shell', () => {
    assert.deepEqual(toolsIn('set -a; . /x; exec haproxy -db'), ['exec', 'set']);
    assert.deepEqual(toolsIn('(printf x | nc -w 4 h 1) || exit 1; { sleep 3; }'), ['nc', 'printf', 'sleep']);
    assert.deepEqual(toolsIn('/opt/settings --wget=1'), []);
  });
});

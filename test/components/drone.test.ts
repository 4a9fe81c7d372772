import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { Drone, type DroneArgs } from '../../components/ci/drone';
import { gitHosts, type GitHostKind } from '../../components/git-hosts';
import { healthCheck } from '../../components/health';
import { droneFrontConfig, tokenNamesProgram } from '../../clients/edge/drone-front';
import { command, container, randomPassword, record, valueOf, volume } from './mocks';
import { gitHostArgs, held, isSecret, plain, platformLabels, printed, stdinOf, readOnlyRoot } from './platform-args';

async function declare(over: Partial<DroneArgs> = {}, kind: GitHostKind = 'gitea') {
  const recorder = await record({ stack: 'platform', stdout: printed });
  const drone = new Drone('drone', {
    instance: 'sluice',
    network: 'sluice-platform',
    bind: '127.0.0.1',
    port: 3080,
    images: { server: 'drone:1', runner: 'runner:1', edge: 'haproxy:1' },
    gitHost: new gitHosts[kind]('git', gitHostArgs),
    stepsNetwork: 'sluice-steps',
    platform: { os: 'linux', arch: 'arm64' },
    ...over,
  });
  await valueOf(drone.login);
  return { recorder, drone };
}

describe('Drone', () => {
  it('tells its addresses before it is there', async () => {
    const { drone } = await declare();
    const address = Drone.address({ instance: 'sluice', port: 3080 });
    assert.deepEqual(address, {
      container: 'sluice-drone',
      hookHost: 'sluice-drone-front',
      url: 'http://localhost:3080',
      gitHostUrl: 'http://sluice-drone-front:3000',
    });
    const { container: name, hookHost, url, gitHostUrl } = drone;
    assert.deepEqual({ container: name, hookHost, url, gitHostUrl }, address);
    assert.equal(drone.hookUrl, 'http://sluice-drone-front:8088');
    assert.equal(Drone.address({ instance: 'sluice', port: 1, host: 'build-1' }).url, 'http://build-1:1');
  });

  it('runs the server on a volume of its own, not as root, with every secret given', async () => {
    const { recorder } = await declare();
    const labels = platformLabels('drone');
    assert.deepEqual(recorder.inputs(volume, 'drone'), { name: 'sluice-drone', labels });
    assert.deepEqual(stdinOf(recorder.inputs(command, 'drone-volume-owner')), {
      instance: 'sluice',
      volume: 'sluice-drone',
      user: '1000:1000',
      image: 'drone:1',
    });
    const inputs = recorder.inputs(container, 'drone');
    assert.equal(isSecret(inputs['envs']), true);
    assert.deepEqual(plain(inputs), {
      name: 'sluice-drone',
      image: 'drone:1',
      user: '1000:1000',
      envs: [
        'DRONE_SERVER_HOST=localhost:3080',
        'DRONE_SERVER_PROTO=http',
        'DRONE_SERVER_PORT=:80',
        'DRONE_SERVER_PROXY_HOST=sluice-drone-front:8088',
        'DRONE_SERVER_PROXY_PROTO=http',
        'DRONE_RPC_SECRET=value of drone-rpc-secret',
        'DRONE_DATABASE_DRIVER=sqlite3',
        'DRONE_DATABASE_DATASOURCE=/data/database.sqlite',
        'DRONE_DATABASE_SECRET=value of drone-database-secret',
        'DRONE_COOKIE_SECRET=value of drone-cookie-secret',
        'DRONE_USER_CREATE=username:sluice-bot,admin:true',
        'DRONE_GIT_ALWAYS_AUTH=true',
        'DRONE_DATADOG_ENABLED=false',
        'DRONE_CLEANUP_INTERVAL=10m',
        'DRONE_CLEANUP_DEADLINE_RUNNING=12h',
        'DRONE_GITEA_SERVER=http://sluice-git:3000',
        'DRONE_GITEA_CLIENT_ID=id-1',
        'DRONE_GITEA_CLIENT_SECRET=secret-1',
      ],
      labels,
      networksAdvanced: [{ name: 'sluice-platform' }],
      volumes: [{ containerPath: '/data', volumeName: 'sluice-drone' }],
      ...held(256),
      ...readOnlyRoot,
      waitTimeout: 60,
      destroyGraceSeconds: 10,
      healthcheck: healthCheck('timeout 4 wget -q -O /dev/null http://localhost/healthz'),
    });
    assert.deepEqual(recorder.inputs(randomPassword, 'drone-database-secret'), { length: 32, special: false });
  });

  it('asks the service that writes the pipelines, where there is one', async () => {
    const { recorder } = await declare({ pipelines: { endpoint: 'http://sluice-pipelines:3000', secret: 's3cret' } });
    const { envs } = plain(recorder.inputs(container, 'drone')) as { envs: string[] };
    assert.deepEqual(envs.slice(-2), ['DRONE_YAML_ENDPOINT=http://sluice-pipelines:3000', 'DRONE_YAML_SECRET=s3cret']);
  });

  it('lets people in through a front that is the only published port', async () => {
    const { recorder } = await declare({ bind: '0.0.0.0' });
    assert.deepEqual(plain(recorder.inputs(container, 'drone-front')), {
      name: 'sluice-drone-front',
      image: 'haproxy:1',
      uploads: [
        {
          file: '/usr/local/etc/haproxy/haproxy.cfg',
          content: droneFrontConfig({
            drone: 'sluice-drone',
            gitHost: 'sluice-git:3000',
            gitHostForDrone: 'http://sluice-git:3000',
            gitHostForPeople: 'http://localhost:3000',
            reusesTokenNames: false,
          }),
        },
      ],
      labels: platformLabels('drone-front'),
      networksAdvanced: [{ name: 'sluice-platform' }],
      ports: [{ internal: 8080, external: 3080, ip: '0.0.0.0' }],
      ...held(128),
      waitTimeout: 60,
      stopSignal: 'SIGUSR1',
      destroyGraceSeconds: 5,
      healthcheck: healthCheck(
        "printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' | nc -w 4 127.0.0.1 8080 | grep -q '^HTTP/1.[01] 200'",
      ),
    });
    const published = recorder.resources.filter(
      ({ type, inputs }) => type === container && inputs['ports'] !== undefined,
    );
    assert.deepEqual(
      published.map(({ name }) => name),
      ['git', 'drone-front'],
    );
  });

  it('gives the front of a git host that refuses token names the program that makes new ones', async () => {
    const { recorder } = await declare({}, 'gogs');
    const { uploads } = plain(recorder.inputs(container, 'drone-front')) as { uploads: unknown[] };
    assert.deepEqual(uploads, [
      {
        file: '/usr/local/etc/haproxy/haproxy.cfg',
        content: droneFrontConfig({
          drone: 'sluice-drone',
          gitHost: 'sluice-git:3000',
          gitHostForDrone: 'http://sluice-drone-front:3000',
          gitHostForPeople: 'http://localhost:3000',
          reusesTokenNames: true,
        }),
      },
      { file: '/usr/local/etc/haproxy/token-names.lua', content: tokenNamesProgram('sluice-git:3000') },
    ]);
  });

  it('runs one runner for two builds at a time, with the engine of its choice', async () => {
    const { recorder } = await declare({ engineSocket: '/run/user/1000/docker.sock' });
    const inputs = recorder.inputs(container, 'runner');
    assert.equal(isSecret(inputs['envs']), true);
    assert.deepEqual(plain(inputs), {
      name: 'sluice-runner',
      image: 'runner:1',
      envs: [
        'DRONE_RPC_PROTO=http',
        'DRONE_RPC_HOST=sluice-drone',
        'DRONE_RPC_SECRET=value of drone-rpc-secret',
        'DRONE_RUNNER_NAME=sluice-runner',
        'DRONE_RUNNER_CAPACITY=2',
        'DRONE_PLATFORM_OS=linux',
        'DRONE_PLATFORM_ARCH=arm64',
        'DRONE_RUNNER_NETWORKS=sluice-steps',
        'DRONE_NETRC_CLONE_ONLY=true',
        'DRONE_DEFER_TAIL_LOG=true',
        'DRONE_TMATE_ENABLED=false',
        'DRONE_UI_DISABLE=true',
      ],
      labels: platformLabels('runner'),
      networksAdvanced: [{ name: 'sluice-platform' }],
      volumes: [{ hostPath: '/run/user/1000/docker.sock', containerPath: '/var/run/docker.sock' }],
      ...held(256),
      waitTimeout: 60,
      destroyGraceSeconds: 10,
      healthcheck: healthCheck('timeout 4 wget -q -O /dev/null http://localhost:3000/healthz'),
    });
  });

  it('tells the runner the oldest API that the engine understands, when that is newer than its own', async () => {
    const told = async (oldestApi: string): Promise<string[]> => {
      const { recorder } = await declare({ oldestApi });
      const envs = plain(recorder.inputs(container, 'runner')['envs']) as string[];
      return envs.filter((env) => env.startsWith('DOCKER_API_VERSION'));
    };
    assert.deepEqual(await told('1.44'), ['DOCKER_API_VERSION=1.44']);
    assert.deepEqual(await told('1.40'), []);
    assert.deepEqual(await told('1.9'), []);
  });

  it('runs as many runners as it is told, each with its capacity', async () => {
    const { recorder } = await declare({ runners: 2, capacity: 1 });
    const runners = recorder.resources.filter(({ type, name }) => type === container && name.startsWith('runner'));
    assert.deepEqual(
      runners.map(({ inputs }) => inputs['name']),
      ['sluice-runner', 'sluice-runner-2'],
    );
    for (const { inputs } of runners) {
      assert.ok((plain(inputs['envs']) as string[]).includes('DRONE_RUNNER_CAPACITY=1'));
    }
  });

  it('signs the machine account in, and makes the people administrators', async () => {
    const { recorder, drone } = await declare();
    const connect = recorder.inputs(command, 'connect-drone');
    assert.equal(connect['create'], 'node actions/run.cjs connect-drone');
    assert.equal(isSecret(connect['stdin']), true);
    assert.deepEqual(stdinOf(connect), {
      git: { kind: 'gitea', container: 'sluice-git', url: 'http://localhost:3000' },
      url: 'http://localhost:3080',
      container: 'sluice-drone',
      machine: { username: 'sluice-bot', password: 'value of git-machine-password' },
      administrators: ['maintainer'],
    });
    assert.deepEqual(connect['triggers'], ['drone-id', '2026-01-01T00:00:00Z', 'http://localhost:3080']);
    assert.deepEqual(await valueOf(drone.login), {
      username: 'maintainer',
      password: 'value of git-admin-password',
      token: 'token-1',
    });
    assert.equal(await pulumi.isSecret(drone.login), true);
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hashSync } from 'bcryptjs';
import { docker } from '../../../clients/docker/docker';
import { RegistryClient } from '../../../clients/registry/client';
import { runBuild } from '../../../pipelines/steps/build';
import { runPush } from '../../../pipelines/steps/push';
import { runTest } from '../../../pipelines/steps/test';
import { chooseImages, foundImages } from '../../../stacks/images';
import { tells } from '../../errors/told';
import { commitTime, environment, subject, workspace, Workspace } from './recording';

const instance = `sluice-test-${process.pid}`;
const login = { REGISTRY_USERNAME: 'builder', REGISTRY_PASSWORD: 'a password of the test' };

const dockerfile = `ARG BASE_IMAGE
FROM \${BASE_IMAGE} AS dependencies
RUN echo made > /dependency
FROM \${BASE_IMAGE} AS test
COPY --from=dependencies /dependency /dependency
COPY answer /answer
RUN test "$(cat /answer)" = good
FROM \${BASE_IMAGE}
COPY answer /answer
`;

/** Proves the steps on this machine's engine and the platform's registry image; not what Drone does with them. */
describe('the steps on a real engine', function () {
  this.timeout(180_000);
  let place: Workspace;
  let env: NodeJS.ProcessEnv;
  let registry: RegistryClient;
  let baseImage: string;
  let registryImage: string;

  before(async () => {
    const images = chooseImages({ gitHost: 'auto', images: { gitea: 'none', tools: 'none', ...none } }, foundImages());
    [baseImage = ''] = await ids('image', 'ls', images.node);
    registryImage = images.registry;
    const port = await startRegistry(images.registry);
    place = workspace({ Dockerfile: dockerfile, answer: 'bad' });
    env = {
      ...place.environment,
      ...login,
      SLUICE_INSTANCE: instance,
      SLUICE_BUILD_ARGUMENTS: JSON.stringify({ BASE_IMAGE: images.node }),
      SLUICE_REGISTRY: `localhost:${port}`,
    };
    const endpoint = `http://localhost:${port}`;
    registry = new RegistryClient({ endpoint, username: 'builder', password: login.REGISTRY_PASSWORD });
  });

  after(async () => {
    place.remove();
    await docker(['rm', '--force', '--volumes', `${instance}-registry`]);
    const left = await ids('image', 'ls', '--all', '--filter', `label=sluice.instance=${instance}`);
    await docker(['image', 'rm', '--force', ...left], { allowFailure: true });
    assert.deepEqual(await ids('image', 'ls', '--all', '--filter', `label=sluice.instance=${instance}`), []);
  });

  it('a failing test makes no image for the registry, and all that it leaves is labelled', async () => {
    assert.equal(await runTest(env, place, docker), 1, place.log.join('\n'));
    assert.deepEqual(await registry.tags('discounts'), []);
    // The builder in the engine names each layer's image; BuildKit leaves none.
    const named = place.log.flatMap((line) => / ---> ([0-9a-f]{12})$/.exec(line)?.[1] ?? []);
    const labelled = await ids('image', 'ls', '--all', '--filter', `label=sluice.instance=${instance}`);
    const own = [...new Set(named)].filter((id) => !baseImage.startsWith(`sha256:${id}`));
    assert.deepEqual(
      own.filter((id) => !labelled.some((image) => image.startsWith(`sha256:${id}`))),
      [],
    );
  });

  it('a good change is tested, built and pushed; the channel is its digest, its labels are the commit', async () => {
    place.write('answer', 'good');
    assert.equal(await runTest(env, place, docker), 0, place.log.join('\n'));
    assert.equal(await runBuild(env, place, docker), 0, place.log.join('\n'));
    assert.equal(await runPush(env, place, docker, registry), 0, place.log.join('\n'));
    const { digest } = await registry.resolve('discounts', 'staging');
    assert.equal(digest, (await registry.resolve('discounts', place.commit)).digest);
    const labels = await registry.labels('discounts', digest);
    const expected = {
      'org.opencontainers.image.revision': place.commit,
      'org.opencontainers.image.created': commitTime,
      'org.opencontainers.image.source': environment.SLUICE_REPOSITORY_URL,
      'sluice.commit.message': subject,
      'sluice.commit.ancestors': '',
      'sluice.instance': instance,
    };
    // The base image's labels are inherited.
    assert.deepEqual({ ...labels, ...expected }, labels);
  });

  it('the same commit again changes nothing', async () => {
    const before = await registry.resolve('discounts', 'staging');
    assert.equal(await runBuild(env, place, docker), 0);
    assert.equal(await runPush(env, place, docker, registry), 0);
    assert.deepEqual(await registry.resolve('discounts', 'staging'), before);
    assert.equal(place.log.at(-2), 'Channel staging: is there already');
  });

  it('a wrong login is told as such', async () => {
    const push = runPush({ ...env, REGISTRY_PASSWORD: 'wrong' }, place, docker, registry);
    await assert.rejects(push, tells('wrongPasswordAtPush'));
  });

  it('a registry that is away is told as such', async () => {
    const away = { ...env, SLUICE_REGISTRY: 'localhost:1' };
    await docker([
      'tag',
      `${env['SLUICE_REGISTRY']}/discounts:${place.commit}`,
      `localhost:1/discounts:${place.commit}`,
    ]);
    await assert.rejects(runPush(away, place, docker, registry), tells('registryAwayAtPush'));
  });

  it('a registry whose disk is full is told as such, and the channel stays where it was', async () => {
    const { stdout: before } = await docker(['image', 'ls', '--quiet', `${env['SLUICE_REGISTRY']}/discounts`]);
    assert.notEqual(before, '');
    const volume = `${instance}-full`;
    await docker([
      'volume',
      'create',
      ...['type=tmpfs', 'device=tmpfs', 'o=size=64k'].flatMap((each) => ['--opt', each]),
      volume,
    ]);
    const port = await startRegistry(registryImage, `${instance}-full`, ['--volume', `${volume}:/var/lib/registry`]);
    try {
      const full = `localhost:${port}`;
      await docker(['tag', `${env['SLUICE_REGISTRY']}/discounts:${place.commit}`, `${full}/discounts:${place.commit}`]);
      const client = new RegistryClient({
        endpoint: `http://${full}`,
        username: 'builder',
        password: login.REGISTRY_PASSWORD,
      });
      await assert.rejects(runPush({ ...env, SLUICE_REGISTRY: full }, place, docker, client), tells('fullRegistry'));
      assert.deepEqual(await client.tags('discounts'), []);
      const { stdout, stderr } = await docker(['logs', `${instance}-full`]);
      assert.match(stdout + stderr, /no space left on device/);
      assert.equal(place.log.filter((line) => line.includes('tries again')).length, 1);
    } finally {
      await docker(['rm', '--force', '--volumes', `${instance}-full`]);
      await docker(['volume', 'rm', volume]);
    }
  });

  it('a Dockerfile without a test stage is told as such', async () => {
    place.write('Dockerfile', dockerfile.replace('AS test', 'AS other'));
    await assert.rejects(runTest(env, place, docker), tells('noTestStage'));
  });
});

/** Parts of a platform that these tests do not need. */
const none = { drone: 'none', runner: 'none', clone: 'none', edge: 'none' };

async function ids(...args: string[]): Promise<string[]> {
  const { stdout } = await docker([...args, '--quiet', '--no-trunc']);
  return [...new Set(stdout.split('\n').filter((id) => id !== ''))].sort();
}

/** Starts a registry with a login and answers its port. */
async function startRegistry(image: string, name = `${instance}-registry`, more: string[] = []): Promise<string> {
  const settings = {
    REGISTRY_AUTH: 'htpasswd',
    REGISTRY_AUTH_HTPASSWD_REALM: 'test',
    REGISTRY_AUTH_HTPASSWD_PATH: '/htpasswd',
    OTEL_TRACES_EXPORTER: 'none',
  };
  await docker([
    ...['create', '--name', name, '--label', `sluice.instance=${instance}`, '--publish', '127.0.0.1::5000', ...more],
    ...Object.entries(settings).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
    image,
  ]);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
  const file = path.join(folder, 'htpasswd');
  writeFileSync(file, `builder:${hashSync(login.REGISTRY_PASSWORD, 4)}\n`);
  await docker(['cp', file, `${name}:/htpasswd`]);
  rmSync(folder, { recursive: true });
  await docker(['start', name]);
  const { stdout } = await docker(['port', name, '5000/tcp']);
  const port = stdout.trim().split(':').at(-1) ?? '';
  const answers = () => fetch(`http://localhost:${port}/v2/`).then(Boolean, () => false);
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 100));
  return port;
}

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { DockerError } from '../../../clients/docker/docker';
import { RegistryClient } from '../../../clients/registry/client';
import { UserError } from '../../../base/errors';
import { revisionLabel } from '../../../releases/names';
import { runBuild } from '../../../pipelines/steps/build';
import { runPush } from '../../../pipelines/steps/push';
import { FakeRegistry } from '../../clients/registry/fake-registry';
import { tells } from '../../errors/told';
import { fakeDocker, workspace, Workspace } from './recording';

const login = { REGISTRY_USERNAME: 'builder', REGISTRY_PASSWORD: 'very secret' };

describe('step push', () => {
  let place: Workspace;
  let environment: NodeJS.ProcessEnv;
  let registry: FakeRegistry;
  let client: RegistryClient;
  beforeEach(async () => {
    place = workspace();
    environment = place.environment;
    registry = await FakeRegistry.start();
    client = new RegistryClient({ endpoint: registry.endpoint });
  });
  afterEach(async () => {
    place.remove();
    await registry.stop();
  });

  /** A docker client whose push puts an image with these labels into the registry. */
  const pushing = (labels: Record<string, string>, announced?: string) =>
    fakeDocker(() => {
      const digest = registry.image('discounts', { [revisionLabel]: place.commit, ...labels }, place.commit);
      return {
        lines: [
          'e32f438cc09d: Preparing',
          'e32f438cc09d: Waiting',
          'e32f438cc09d: Pushed',
          `${place.commit}: digest: ${announced ?? digest} size: 942`,
        ],
      };
    });

  it('pushes, names the digest and moves the channels', async () => {
    const docker = pushing({});
    const env = { ...environment, ...login, SLUICE_CHANNELS: 'staging,pilot' };
    registry.image('discounts', { old: 'one' }, 'pilot');
    const old = registry.tags.get('discounts:pilot') ?? '';
    assert.equal(await runPush(env, place, docker.call, client), 0);
    const digest = registry.tags.get(`discounts:${place.commit}`) ?? '';
    assert.deepEqual([registry.tags.get('discounts:staging'), registry.tags.get('discounts:pilot')], [digest, digest]);
    assert.deepEqual(docker.calls[0]?.args, ['push', `localhost:5500/discounts:${place.commit}`]);
    assert.deepEqual(place.log, [
      `Pushing localhost:5500/discounts:${place.commit}`,
      'e32f438cc09d: Pushed',
      `${place.commit}: digest: ${digest} size: 942`,
      `The registry has it as ${digest}`,
      `Channel staging: nothing → ${digest.slice(0, 19)}`,
      `Channel pilot: ${old.slice(0, 19)} → ${digest.slice(0, 19)}`,
      'Next: staging takes it.',
    ]);
  });

  it('moves no channel to an image that says it was built from something else', async () => {
    for (const labels of [{ [revisionLabel]: 'a'.repeat(40) }, { [revisionLabel]: '' }]) {
      registry.image('discounts', { old: 'one' }, 'staging');
      const before = registry.tags.get('discounts:staging');
      await assert.rejects(runPush({ ...environment }, place, pushing(labels).call, client), tells('foreignRevision'));
      assert.equal(registry.tags.get('discounts:staging'), before);
    }
  });

  it('gives the image the tag of the run, and tells later jobs its digest', async () => {
    const env = { ...environment, SLUICE_TAG: '1.4.2', SLUICE_RELEASE_FILE: 'sluice.env' };
    const own = `${place.commit}-1.4.2`;
    const docker = fakeDocker(() => ({
      lines: [`${own}: digest: ${registry.image('discounts', { [revisionLabel]: place.commit }, own)} size: 942`],
    }));
    assert.equal(await runPush(env, place, docker.call, client), 0);
    const digest = registry.tags.get(`discounts:${own}`) ?? '';
    assert.deepEqual(docker.calls[0]?.args, ['push', `localhost:5500/discounts:${own}`]);
    assert.deepEqual([registry.tags.get('discounts:1.4.2'), registry.tags.get('discounts:staging')], [digest, digest]);
    assert.equal(readFileSync(`${place.workspace}/sluice.env`, 'utf8'), `SLUICE_RELEASE_DIGEST=${digest}\n`);
    assert.ok(place.log.includes(`Tag 1.4.2: ${digest.slice(0, 19)}`));
  });

  it('Superseded: leaves a channel alone that has an image of a later commit', async () => {
    const later = place.commitLater();
    const told = await labelsBuilt(place);
    assert.equal(told['org.opencontainers.image.revision'], later);
    const newer = registry.image('discounts', told, 'staging');
    assert.equal(await runPush(environment, place, pushing({}).call, client), 0);
    assert.equal(registry.tags.get('discounts:staging'), newer);
    assert.ok(registry.tags.has(`discounts:${place.commit}`));
    assert.equal(place.log.at(-2), `Channel staging: stays, this commit is superseded by ${later.slice(0, 8)}`);
  });

  it('Superseded: leaves the tag of the run alone as well, which every push has', async () => {
    const later = place.commitLater();
    const newer = registry.image('discounts', await labelsBuilt(place), 'latest');
    const own = `${place.commit}-latest`;
    const docker = fakeDocker(() => ({
      lines: [`${own}: digest: ${registry.image('discounts', { [revisionLabel]: place.commit }, own)} size: 942`],
    }));
    assert.equal(await runPush({ ...environment, SLUICE_TAG: 'latest' }, place, docker.call, client), 0);
    assert.equal(registry.tags.get('discounts:latest'), newer);
    assert.ok(place.log.includes(`Tag latest: stays, this commit is superseded by ${later.slice(0, 8)}`));
  });

  it('moves a channel whose image is of no later commit, or says nothing of the commits before its own', async () => {
    const later = place.commitLater();
    const images: Record<string, string>[] = [
      {},
      { 'org.opencontainers.image.revision': later },
      { 'org.opencontainers.image.revision': later, 'sluice.commit.ancestors': '' },
      { 'org.opencontainers.image.revision': later, 'sluice.commit.ancestors': later.slice(0, 12) },
    ];
    for (const labels of images) {
      registry.image('discounts', labels, 'staging');
      const docker = pushing({ pushed: 'now' });
      assert.equal(await runPush(environment, place, docker.call, client), 0);
      assert.equal(registry.tags.get('discounts:staging'), registry.tags.get(`discounts:${place.commit}`));
    }
  });

  it('needs nothing that was pushed, and the name of the commit', async () => {
    for (const file of readdirSync(place.workspace)) rmSync(`${place.workspace}/${file}`, { recursive: true });
    const env = { ...environment, SLUICE_RELEASE_FILE: 'sluice.env' };
    assert.equal(await runPush(env, place, pushing({}).call, client), 0);
    assert.deepEqual(readdirSync(place.workspace), ['sluice.env']);
    const unnamed = { ...environment, DRONE_COMMIT_SHA: '' };
    await assert.rejects(
      runPush(unnamed, place, pushing({}).call, client),
      new UserError(
        'the CI server does not say which commit this run is for',
        'run this step in a pipeline, behind the step "build"',
      ),
    );
    await assert.rejects(runPush({ ...unnamed, DRONE_COMMIT_SHA: '-x' }, place, pushing({}).call, client), {
      message: '"-x" is no commit',
    });
  });

  it('done twice, changes nothing the second time', async () => {
    await runPush(environment, place, pushing({}).call, client);
    const tags = new Map(registry.tags);
    assert.equal(await runPush({ ...environment, SLUICE_ENVIRONMENTS: '' }, place, pushing({}).call, client), 0);
    assert.deepEqual(registry.tags, tags);
    assert.deepEqual(place.log.slice(-2), ['Channel staging: is there already', 'No environment follows.']);
  });

  it('gives the login to the client in a file that is gone afterwards, and to nobody else', async () => {
    const docker = pushing({});
    await runPush({ ...environment, ...login }, place, docker.call, client);
    const [call] = docker.calls;
    const auth = Buffer.from('builder:very secret').toString('base64');
    assert.deepEqual(JSON.parse(call?.config?.text ?? ''), { auths: { 'localhost:5500': { auth } } });
    assert.equal(call?.config?.mode, 0o600);
    assert.ok(!existsSync(call.env['DOCKER_CONFIG'] ?? ''));
    for (const text of [...call.args, ...place.log]) {
      assert.ok(!text.includes('very secret') && !text.includes(auth), text);
    }
  });

  it('removes the login after a failure too, and leaves the channel where it was', async () => {
    const docker = fakeDocker(() => ({ code: 1, stderr: 'unauthorized: authentication required' }));
    await assert.rejects(
      runPush({ ...environment, ...login }, place, docker.call, client),
      new UserError(
        'the registry localhost:5500 refuses the login of this pipeline',
        "give the repository's secrets in the CI server the login that the registry takes (./sluice status --show-secrets), then restart the build",
      ),
    );
    assert.ok(!existsSync(docker.calls[0]?.env['DOCKER_CONFIG'] ?? ''));
    assert.equal(registry.tags.size, 0);
    const gitLab = { CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '7', CI_COMMIT_SHA: place.commit };
    await assert.rejects(
      runPush({ ...environment, ...login, ...gitLab, DRONE_REPO: undefined }, place, docker.call, client),
      new UserError(
        'the registry localhost:5500 refuses the login of this pipeline',
        "give the registry's login that it takes to GitLab's CI/CD variables (docs/gitlab.md), then run the job again",
      ),
    );
  });

  it('does not touch the client configuration without a login', async () => {
    const docker = pushing({});
    await runPush(environment, place, docker.call, client);
    assert.deepEqual(docker.calls[0]?.env, {});
  });

  it('refuses to go on when the registry has another image under the tag', async () => {
    const pushed = `sha256:${'1'.repeat(64)}`;
    const docker = pushing({}, pushed);
    const failure = runPush(environment, place, docker.call, client);
    await assert.rejects(failure, (error: UserError) => error.message.endsWith(`, but ${pushed} was pushed`));
    assert.equal(registry.tags.get('discounts:staging'), undefined);
  });

  it('tells of a full disk, the registry’s and the engine’s own', async () => {
    const status = 'received unexpected HTTP status: 500 Internal Server Error';
    const registryFull = fakeDocker(() => ({ code: 1, stderr: status }));
    await assert.rejects(runPush(environment, place, registryFull.call, client), tells('fullRegistry'));
    const engineFull = fakeDocker(() => ({ code: 1, stderr: 'write /var/lib/docker/x: no space left on device' }));
    await assert.rejects(runPush(environment, place, engineFull.call, client), tells('fullEngine'));
  });

  it('says once that the engine tries again', async () => {
    const retrying = ['e32f438cc09d: Retrying in 2 seconds', 'e32f438cc09d: Retrying in 1 second'];
    const docker = fakeDocker(() => ({ code: 1, stderr: 'HTTP status: 500', lines: retrying }));
    await assert.rejects(runPush(environment, place, docker.call, client));
    assert.deepEqual(place.log.slice(1), ['The registry has not taken it; the engine tries again for about a minute.']);
  });

  it('tells a registry that is away from an image that is not there', async () => {
    const stderrs = [
      'dial tcp 127.0.0.1:5500: connect: connection refused',
      'An image does not exist locally with the tag: localhost:5500/discounts',
    ];
    const messages = [
      'the registry localhost:5500 does not answer',
      `the engine has no image localhost:5500/discounts:${place.commit}`,
    ];
    for (const [index, stderr] of stderrs.entries()) {
      const docker = fakeDocker(() => ({ code: 1, stderr }));
      await assert.rejects(runPush(environment, place, docker.call, client), { message: messages[index] });
    }
    const docker = fakeDocker(() => ({ code: 1, stderr: 'something else' }));
    await assert.rejects(runPush(environment, place, docker.call, client), DockerError);
  });
});

/** The labels that the step `build` gives to the image of what is checked out. */
async function labelsBuilt(place: Workspace): Promise<Record<string, string>> {
  const docker = fakeDocker(() => ({}));
  assert.equal(await runBuild(place.environment, place, docker.call), 0);
  const { args } = docker.calls.at(-1) ?? { args: [] };
  const labels = args.flatMap((word, index) => (args[index - 1] === '--label' ? [word] : []));
  return Object.fromEntries(labels.map((label) => label.split(/=(.*)/s).slice(0, 2) as [string, string]));
}

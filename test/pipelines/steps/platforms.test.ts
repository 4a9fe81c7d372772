import assert from 'node:assert/strict';
import { runBuild } from '../../../pipelines/steps/build';
import { assertOwnPlatform } from '../../../pipelines/steps/platforms';
import { tells } from '../../errors/told';
import { environment, fakeDocker, workspace, type Workspace } from './recording';

const several = { ...environment, SLUICE_PLATFORMS: 'linux/amd64,linux/arm64' };

/** Words of buildx for what it can't do, by driver and version. */
const refusals = [
  'ERROR: Multi-platform build is not supported for the docker driver.',
  'ERROR: multiple platforms feature is currently not supported for docker driver. Please switch to a different driver',
  'ERROR: docker exporter does not currently support exporting manifest lists',
  'ERROR: docker exporter does not support exporting manifest lists, use OCI exporter instead',
];

/** Proves what is asked of buildx, by a client that only records; not what buildx does with it. */
describe('a build for platforms', () => {
  let place: Workspace;
  beforeEach(() => void (place = workspace()));
  afterEach(() => place.remove());

  const failing = (stderr: string) => fakeDocker((args) => (args[0] === 'build' ? { code: 1, stderr } : {}));

  it('is one build for all of them, kept in the engine for the push', async () => {
    const docker = fakeDocker(() => ({}));
    assert.equal(await runBuild(several, place, docker.call), 0);
    assert.deepEqual(
      docker.calls.map(({ args }) => args[0]),
      ['buildx', 'build'],
    );
    const { args = [] } = docker.calls[1] ?? {};
    assert.deepEqual(args.slice(0, 6), [
      'build',
      '--progress',
      'plain',
      '--load',
      '--platform',
      'linux/amd64,linux/arm64',
    ]);
    assert.match(
      place.log.at(-1) ?? '',
      /^Built localhost:5500\/discounts:[0-9a-f]{40} for linux\/amd64, linux\/arm64\.$/,
    );
  });

  for (const refusal of refusals) {
    it(`says what the engine needs where buildx says "${refusal.slice(7, 50)}…"`, async () => {
      await assert.rejects(runBuild(several, place, failing(refusal).call), tells('severalPlatforms'));
    });
  }

  it('says what the engine needs to run programs for another processor', async () => {
    const env = { ...environment, SLUICE_PLATFORMS: 'linux/arm64' };
    const said = '#7 0.1 exec /bin/sh: exec format error';
    await assert.rejects(runBuild(env, place, failing(said).call), tells('noEmulation'));
    // Without platforms it is the Dockerfile's own fault.
    assert.equal(await runBuild(environment, place, failing(said).call), 1);
  });

  it('goes without the option where the builder inside the engine is asked for its own', async () => {
    const docker = fakeDocker((args) => {
      if (args[0] === 'buildx') return { code: 1 };
      return args[0] === 'version' ? { stdout: 'linux/arm64\n' } : {};
    });
    assert.equal(await runBuild({ ...environment, SLUICE_PLATFORMS: 'linux/arm64' }, place, docker.call), 0);
    assert.ok(docker.calls.every(({ args }) => !args.includes('--platform')));
    await assert.rejects(runBuild(several, place, docker.call), tells('foreignPlatform'));
    await assert.rejects(assertOwnPlatform(['linux/amd64'], docker.call), tells('foreignPlatform'));
  });
});

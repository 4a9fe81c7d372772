import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { RegistryClient } from '../../../clients/registry/client';
import { RegistryArtifacts } from '../../../clients/registry/artifacts';
import { runBuild } from '../../../pipelines/steps/build';
import { stagesOf } from '../../../pipelines/steps/builder';
import { takeArtifacts } from '../../../pipelines/steps/artifacts';
import { runPush } from '../../../pipelines/steps/push';
import { FakeRegistry } from '../../clients/registry/fake-registry';
import { savedImage, type Entry } from '../../clients/docker/packed';
import { tells } from '../../errors/told';
import { environment, fakeDocker, workspace, type Workspace } from './recording';

const sources = {
  app: { stage: 'package', path: '/out/app.zip', mediaType: 'application/zip' },
  notes: { stage: 'package', path: '/out/notes.txt', mediaType: 'text/plain' },
};
const env = { ...environment, SLUICE_ARTIFACTS: JSON.stringify(sources) };
const dockerfile = 'FROM node AS test\nFROM node AS package\nRUN make\nFROM node';
const of = { service: 'discounts', sources, repository: 'localhost:5500/discounts', ownTag: 'c0ffee' };

describe('the artifacts of a build', () => {
  let place: Workspace;
  beforeEach(() => void (place = workspace({ Dockerfile: dockerfile })));
  afterEach(() => place.remove());

  it('are built after the image, each into an image that holds it alone', async () => {
    const docker = fakeDocker(() => ({}));
    assert.equal(await runBuild(env, place, docker.call), 0);
    const builds = docker.calls.filter(({ args }) => args[0] === 'build');
    assert.deepEqual(builds[1]?.args, [
      ...['build', '--progress', 'plain', '--load', '--target', 'sluice-artifact'],
      ...['--tag', `localhost:5500/discounts/artifact-app:${place.commit}`],
      ...['--label', 'sluice.instance=sluice', '--build-arg', 'BASE_IMAGE=sluice/node:22'],
      ...['--file', '-', place.workspace],
    ]);
    assert.equal(
      builds[1].input,
      `${dockerfile}\nFROM scratch AS sluice-artifact\nCOPY --from=package /out/app.zip /artifact\n`,
    );
    assert.ok(builds[2]?.args.includes(`localhost:5500/discounts/artifact-notes:${place.commit}`));
    assert.equal(builds.length, 3);
  });

  it('that can not be built end the step with 1', async () => {
    const docker = fakeDocker((args) => ({ code: args.includes('sluice-artifact') ? 1 : 0 }));
    assert.equal(await runBuild(env, place, docker.call), 1);
    assert.deepEqual(place.log.slice(-2), [
      'The artifact app could not be built; the reason is above. Nothing was pushed or deployed.',
      '  next: docker build --target package .  shows the same at your desk; mend it, commit and push.',
    ]);
  });

  for (const [builder, said] of [
    ['the engine', 'COPY failed: stat out/app.zip: file does not exist'],
    [
      'BuildKit, the file',
      '------\n > [sluice-artifact 1/1] COPY --from=package /out/app.zip /artifact:\n------\nERROR: failed to build: failed to solve: failed to compute cache key: "/out/app.zip" not found: not found',
    ],
    [
      'BuildKit, its folder',
      '------\n > [sluice-artifact 1/1] COPY --from=package /out/app.zip /artifact:\n------\nERROR: failed to build: failed to solve: failed to compute cache key: failed to walk /merged/out: lstat /merged/out: no such file or directory',
    ],
  ] as const) {
    it(`that their stage does not leave are told as such, in the words of ${builder}`, async () => {
      const docker = fakeDocker((args) => (args.includes('sluice-artifact') ? { code: 1, stderr: said } : {}));
      await assert.rejects(runBuild(env, place, docker.call), tells('noArtifactFile'));
    });
  }

  it('of a stage that is not there are refused before anything is built: it would be an image by that name', async () => {
    place.write('Dockerfile', 'FROM node AS test\nFROM node\n');
    const docker = fakeDocker(() => ({}));
    await assert.rejects(runBuild(env, place, docker.call), tells('noArtifactStage'));
    assert.deepEqual(docker.calls, []);
  });

  it('are of stages that a Dockerfile names in any spelling', () => {
    const text =
      '# syntax=x\nFROM a as One\n  from --platform=linux/amd64 b \\\n# why\n  AS two\nRUN echo FROM c AS none\nFROM d\n';
    assert.deepEqual(stagesOf(text), ['one', 'two']);
  });
});

describe('the artifacts of a push', () => {
  let place: Workspace;
  let registry: FakeRegistry;
  beforeEach(async () => {
    place = workspace({ Dockerfile: dockerfile });
    registry = await FakeRegistry.start();
  });
  afterEach(async () => {
    place.remove();
    await registry.stop();
  });

  /** A docker client that has saved images, by the artifacts' names. */
  const saving = async (images: Record<string, Record<string, Entry>>) => {
    const saved = new Map<string, Buffer>();
    for (const [name, layer] of Object.entries(images)) saved.set(name, await savedImage([layer]));
    return fakeDocker((args) => {
      const [verb, , , file = '', image = ''] = args;
      if (verb === 'push') {
        return {
          lines: [
            `x: digest: ${registry.image('discounts', { 'org.opencontainers.image.revision': place.commit }, place.commit)} size: 942`,
          ],
        };
      }
      const content = saved.get(/\/artifact-([a-z-]+):/.exec(image)?.[1] ?? '');
      if (content === undefined) return { code: 1, stderr: `Error response from daemon: reference does not exist` };
      writeFileSync(file, content);
      return {};
    });
  };
  const push = async (docker: Awaited<ReturnType<typeof saving>>) => {
    const { endpoint } = registry;
    const settings = { ...env, ...place.environment, SLUICE_REGISTRY_ENDPOINT: endpoint };
    return runPush(settings, place, docker.call, new RegistryClient({ endpoint }));
  };
  const files = { app: { artifact: Buffer.from('a zip') }, notes: { artifact: Buffer.from('notes') } };

  it('are published with the release, in its repository, before a channel moves', async () => {
    const docker = await saving(files);
    assert.equal(await push(docker), 0);
    const release = registry.tags.get('discounts:staging') ?? '';
    const client = new RegistryArtifacts({ endpoint: registry.endpoint });
    const [app, notes] = await client.referrers('discounts', release);
    assert.deepEqual(
      [app?.annotations, notes?.annotations],
      [{ 'sluice.artifact': 'app' }, { 'sluice.artifact': 'notes' }],
    );
    const at = place.log.findIndex((line) => line.startsWith('Artifact app: app.zip, 5 bytes, sha256:'));
    assert.equal(place.log[at + 1], `  oras pull localhost:5500/discounts@${app?.digest ?? ''}`);
    assert.ok(at < place.log.findIndex((line) => line.startsWith('Channel staging')));
    const manifests = new Map(registry.manifests);
    assert.equal(await push(docker), 0);
    assert.deepEqual(registry.manifests, manifests);
  });

  it('that are no files, or not there, stop the release before it is pushed', async () => {
    for (const app of [{ 'artifact/': 'directory' }, { artifact: 'symlink' }, {}] as Record<string, Entry>[]) {
      const docker = await saving({ ...files, app });
      await assert.rejects(push(docker), tells('noArtifactFile'));
      assert.ok(docker.calls.every(({ args }) => args[0] !== 'push'));
    }
    await assert.rejects(push(await saving({})), /the engine has no image localhost:5500\/discounts\/artifact-app:/);
    assert.equal(registry.tags.size, 0);
  });

  it('that are too large stop it too', async () => {
    const docker = await saving(files);
    await assert.rejects(takeArtifacts(of, docker.call, 4), tells('largeArtifact'));
    const [app] = await takeArtifacts(of, docker.call, 5);
    assert.deepEqual(app, {
      name: 'app',
      fileName: 'app.zip',
      mediaType: 'application/zip',
      content: Buffer.from('a zip'),
    });
  });

  it('are none where none are asked for', async () => {
    const docker = await saving({});
    const { endpoint } = registry;
    assert.equal(await runPush(place.environment, place, docker.call, new RegistryClient({ endpoint })), 0);
    assert.deepEqual(
      docker.calls.map(({ args }) => args[0]),
      ['push'],
    );
    assert.ok([...registry.tags.keys()].every((tag) => !tag.includes('sha256-')));
  });
});

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../../clients/docker/docker';
import { artifactType, referrersTag, RegistryArtifacts } from '../../../clients/registry/artifacts';
import { runBuild } from '../../../pipelines/steps/build';
import type { DockerCall } from '../../../clients/docker/docker';
import { runPush } from '../../../pipelines/steps/push';
import { foundImages } from '../../../stacks/images';
import { tells } from '../../errors/told';
import { startLoginRegistry, type LoginRegistry } from '../../ssh-host/registry';
import { workspace, type Workspace } from './recording';

const instance = `sluice-test-artifacts-${process.pid}`;
const service = 'sluice-test/artifacts';

/** Bytes that no text has, so that one that is changed on the way is seen. */
const content = randomBytes(300_000);

const dockerfile = `ARG BASE_IMAGE
FROM \${BASE_IMAGE} AS package
USER 0
COPY app.zip /out/app.zip
RUN mkdir /out/folder && echo one > /out/folder/one
FROM \${BASE_IMAGE}
LABEL sluice.test=artifacts
`;

/** This machine's builder and the registry that the platform brings, which has no referrers API (distribution 3). */
describe('the artifacts of a release on a real engine', function () {
  this.timeout(120_000);
  let place: Workspace;
  let registry: LoginRegistry;
  let client: RegistryArtifacts;
  let env: NodeJS.ProcessEnv;
  const artifacts = (app: object) => ({
    ...env,
    SLUICE_ARTIFACTS: JSON.stringify({ app: { stage: 'package', mediaType: 'application/zip', ...app } }),
  });

  before(async () => {
    registry = await startLoginRegistry('artifacts');
    const { address, username, password } = registry;
    place = workspace({ Dockerfile: dockerfile });
    fs.writeFileSync(path.join(place.workspace, 'app.zip'), content);
    env = {
      ...place.environment,
      SLUICE_INSTANCE: instance,
      SLUICE_SERVICE: service,
      SLUICE_BUILD_ARGUMENTS: JSON.stringify({ BASE_IMAGE: foundImages()['edge'] ?? '' }),
      SLUICE_REGISTRY: address,
      SLUICE_REGISTRY_ENDPOINT: `http://${address}`,
      REGISTRY_USERNAME: username,
      REGISTRY_PASSWORD: password,
    };
    client = new RegistryArtifacts({ endpoint: `http://${address}`, username, password });
  });

  after(async () => {
    place.remove();
    await registry.stop();
    const filter = ['--quiet', '--all', '--filter', `label=sluice.instance=${instance}`];
    const left = async () => (await docker(['image', 'ls', ...filter])).stdout.split('\n').filter((id) => id !== '');
    await docker(['image', 'rm', '--force', ...(await left())], { allowFailure: true });
    assert.deepEqual(await left(), []);
  });

  const get = (where: string, accept = 'application/vnd.oci.image.index.v1+json') =>
    fetch(`http://${registry.address}/v2/${service}/${where}`, {
      headers: {
        accept,
        authorization: `Basic ${Buffer.from(`${registry.username}:${registry.password}`).toString('base64')}`,
      },
    });

  it('are built, published with the release, and fetched again byte for byte', async () => {
    const app = artifacts({ path: '/out/app.zip' });
    assert.equal(await runBuild(app, place, docker), 0, place.log.join('\n'));
    assert.equal(await runPush(app, place, docker, client), 0, place.log.join('\n'));
    const release = (await client.resolve(service, 'staging')).digest;
    // As anybody does who knows the distribution specification.
    assert.equal((await get(`referrers/${release}`)).status, 404);
    const list = (await (await get(`manifests/${referrersTag(release)}`)).json()) as {
      manifests: { digest: string; mediaType: string; artifactType: string }[];
    };
    assert.deepEqual(
      list.manifests.map((each) => each.artifactType),
      [artifactType],
    );
    const [{ digest, mediaType } = { digest: '', mediaType: '' }] = list.manifests;
    const manifest = (await (await get(`manifests/${digest}`, mediaType)).json()) as {
      subject: { digest: string };
      layers: { digest: string; mediaType: string; annotations: Record<string, string> }[];
    };
    assert.equal(manifest.subject.digest, release);
    const [layer] = manifest.layers;
    assert.deepEqual(layer?.annotations, { 'org.opencontainers.image.title': 'app.zip' });
    assert.equal(layer.mediaType, 'application/zip');
    assert.equal(layer.digest, `sha256:${createHash('sha256').update(content).digest('hex')}`);
    assert.ok(Buffer.from(await (await get(`blobs/${layer.digest}`)).arrayBuffer()).equals(content));
    assert.ok(place.log.includes(`  oras pull ${registry.address}/${service}@${digest}`), place.log.join('\n'));
  });

  it('are the same when the same commit is built again', async () => {
    const app = artifacts({ path: '/out/app.zip' });
    const release = (await client.resolve(service, 'staging')).digest;
    const before = [await client.referrers(service, release), await client.tags(service)];
    assert.equal(await runBuild(app, place, docker), 0);
    assert.equal(await runPush(app, place, docker, client), 0);
    assert.equal((await client.resolve(service, 'staging')).digest, release);
    assert.deepEqual([await client.referrers(service, release), await client.tags(service)], before);
  });

  it('that are no file, or not there, and stages that are none stop the release', async () => {
    const before = await client.tags(service);
    await assert.rejects(runBuild(artifacts({ path: '/out/none' }), place, docker), tells('noArtifactFile'));
    await assert.rejects(runBuild(artifacts({ path: '/a', stage: 'none' }), place, docker), tells('noArtifactStage'));
    const folder = artifacts({ path: '/out/folder' });
    assert.equal(await runBuild({ ...folder, SLUICE_TAG: 'folder' }, place, docker), 0);
    await assert.rejects(runPush({ ...folder, SLUICE_TAG: 'folder' }, place, docker, client), tells('noArtifactFile'));
    assert.deepEqual(await client.tags(service), before);
  });

  it('go with the release, and nothing else does', async () => {
    const release = (await client.resolve(service, 'staging')).digest;
    const [app] = await client.referrers(service, release);
    const kept = await registry.push(service, 'kept', { version: '1', is: 'plain' });
    const file = { name: 'app', fileName: 'app.zip', mediaType: 'application/zip', content };
    const [other] = await client.publish(service, kept, [file]);
    await client.deleteRelease(service, release);
    assert.equal(await client.find(service, release), undefined);
    assert.equal(await client.find(service, app?.digest ?? ''), undefined);
    assert.deepEqual(await client.tags(service), ['kept', referrersTag(kept)]);
    assert.deepEqual(
      (await client.referrers(service, kept)).map((each) => each.digest),
      [other?.digest],
    );
    // Again, as after a clean-up that was killed.
    await client.deleteRelease(service, release);
  });

  it('a platform that the builder inside the engine is not is refused, and its own is built', async () => {
    // On machines with buildx too.
    const withoutBuildx: DockerCall = async (args, options) =>
      args[0] === 'buildx' ? { stdout: '', stderr: '', code: 1 } : docker(args, options);
    const { stdout } = await docker(['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}']);
    const own = { ...env, SLUICE_PLATFORMS: stdout.trim() };
    assert.equal(await runBuild(own, place, withoutBuildx), 0, place.log.join('\n'));
    const foreign = { ...env, SLUICE_PLATFORMS: 'linux/riscv64' };
    await assert.rejects(runBuild(foreign, place, withoutBuildx), tells('foreignPlatform'));
  });
});

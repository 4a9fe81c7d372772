import assert from 'node:assert/strict';
import { refuseMissingImages, type ImageSources } from '../../../operations/preflight/images';
import type { Platform } from '../../../operations/platform';
import type { EnvironmentFile } from '../../../config/stack';
import { FakeRegistry } from '../../clients/registry/fake-registry';
import { tells } from '../../errors/told';
import { parseProject, sample } from '../../errors/project';
import { fakeDocker } from '../../pipelines/steps/recording';

const digest = `sha256:${'a'.repeat(64)}`;

describe('an image that a stack file names by digest', () => {
  let registry: FakeRegistry;
  let address: string;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
    address = new URL(registry.endpoint).host;
  });
  afterEach(() => registry.stop());

  function staging(image: string): EnvironmentFile {
    const project = sample();
    Object.assign(project.staging, { services: { shop: { image, port: 8180 } } });
    Object.assign(project.production, { gate: [] });
    return parseProject(project).find(({ name }) => name === 'staging') as EnvironmentFile;
  }

  /** An engine that has no image, and can or can't pull. */
  function sources(stderr?: string, url = registry.endpoint): ImageSources & { calls: string[] } {
    const calls: string[] = [];
    const { call } = fakeDocker((args) => {
      calls.push(args[0] ?? '');
      return args[0] === 'pull' && stderr === undefined ? {} : { code: 1, stderr: stderr ?? 'No such image' };
    });
    const registryLogins = { pull: { username: 'a', password: 'b' } };
    const platform = { registry: { address, url }, registryLogins } as unknown as Platform;
    return { call, calls, platformAt: () => Promise.resolve(platform), engineOf: () => Promise.resolve({}) };
  }

  it('is refused when its registry does not have it, with the engine’s words', async () => {
    const said = 'Error response from daemon: manifest for nginx@sha256:a not found: manifest unknown';
    const refused = refuseMissingImages(staging(`nginx@${digest}`), sources(said));
    await assert.rejects(refused, tells('noSuchImage'));
    await assert.rejects(refused, {
      message: `Pulumi.staging.yaml: sluice:services.shop.image: there is no nginx@${digest}: manifest for nginx@sha256:a not found: manifest unknown`,
    });
  });

  it('of the platform’s registry is asked for there, and not pulled', async () => {
    const outside = sources('no');
    await assert.rejects(refuseMissingImages(staging(`${address}/shop@${digest}`), outside), tells('noSuchImage'));
    assert.deepEqual(outside.calls, ['image']);
    const there = registry.image('shop', {}, 'tag');
    await refuseMissingImages(staging(`${address}/shop@${there}`), sources('no'));
  });

  it('is no mistake of the file while that registry is away: the update that follows starts it', async () => {
    await refuseMissingImages(staging(`${address}/shop@${digest}`), sources('no', 'http://127.0.0.1:1'));
  });

  it('is looked for no further when the engine has it, or gets it', async () => {
    const has = fakeDocker(() => ({}));
    await refuseMissingImages(staging(`nginx@${digest}`), { ...sources('no'), call: has.call });
    assert.deepEqual(
      has.calls.map(({ args }) => args[0]),
      ['image'],
    );
    await refuseMissingImages(staging(`nginx@${digest}`), sources());
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RegistryClient } from '../../../clients/registry/client';
import { UserError } from '../../../base/errors';
import { FakeRegistry, Habits, imageType, indexType } from './fake-registry';

const none = `sha256:${'0'.repeat(64)}`;

describe('RegistryClient', () => {
  const started: FakeRegistry[] = [];
  const start = async (habits?: Habits) => {
    const registry = await FakeRegistry.start(habits);
    started.push(registry);
    return { registry, client: new RegistryClient({ endpoint: `${registry.endpoint}/` }) };
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map((registry) => registry.stop()));
  });

  /** The error that a call ends with, as a person reads it; the endpoint is written as HOST. */
  const errorOf = async (registry: FakeRegistry, call: Promise<unknown>): Promise<string> => {
    const error: unknown = await call.then(
      () => assert.fail('nothing was thrown'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof UserError, String(error));
    return error.toString().replaceAll(registry.endpoint, 'HOST');
  };

  it('resolves a tag and a digest with one HEAD each', async () => {
    const { registry, client } = await start();
    const digest = registry.image('shop/discounts', {}, 'staging');
    const size = registry.manifests.get(`shop/discounts@${digest}`)?.text.length;
    const expected = { digest, mediaType: imageType, size };
    assert.deepEqual(await client.resolve('shop/discounts', 'staging'), expected);
    assert.deepEqual(await client.resolve('shop/discounts', digest), expected);
    assert.deepEqual(registry.requests, [
      'HEAD /v2/shop/discounts/manifests/staging',
      `HEAD /v2/shop/discounts/manifests/${digest}`,
    ]);
  });

  it('hashes the manifest itself where the registry does not tell its digest', async () => {
    const { registry, client } = await start({ silentDigest: true });
    const digest = registry.image('discounts', {}, 'staging');
    assert.equal((await client.resolve('discounts', 'staging')).digest, digest);
  });

  it('says what to do about an unknown tag and an unknown digest', async () => {
    const { registry, client } = await start();
    assert.equal(await client.find('discounts', 'staging'), undefined);
    assert.equal(
      await errorOf(registry, client.resolve('discounts', 'staging')),
      'the registry HOST has no discounts:staging\n' +
        '  next: push a change to the repository: its pipeline builds the image and moves the tag',
    );
    assert.equal(
      await errorOf(registry, client.putTag('discounts', none, 'production')),
      `the registry HOST has no discounts@${none}\n  next: name a digest that it has`,
    );
  });

  it('reads the labels of an image; none are an empty object', async () => {
    const { registry, client } = await start();
    assert.deepEqual(await client.labels('discounts', registry.image('discounts', { a: 'b' })), { a: 'b' });
    assert.deepEqual(await client.labels('discounts', registry.image('discounts', null)), {});
  });

  it("reads an index's image for the platform, and says which there are", async () => {
    const { registry, client } = await start();
    const manifests = ['amd64', 'arm64'].map((architecture) => ({
      digest: registry.image('discounts', { architecture }),
      platform: { os: 'linux', architecture },
    }));
    const index = registry.put('discounts', { manifests: [...manifests, { digest: none }] }, indexType);
    for (const architecture of ['amd64', 'arm64']) {
      assert.deepEqual(await client.labels('discounts', index, { os: 'linux', architecture }), { architecture });
    }
    assert.equal(
      await errorOf(registry, client.labels('discounts', index, { os: 'linux', architecture: 's390x' })),
      `discounts@${index} has no image for linux/s390x, only for linux/amd64, linux/arm64, unknown/unknown\n` +
        '  next: build it for this platform, or name an image that has it',
    );
    // Where it does not matter, any of them will do; what a builder tells of an image is none.
    const told = { digest: none, platform: { os: 'unknown', architecture: 'unknown' } };
    const own = registry.put('discounts', { manifests: [told, ...manifests.slice(1)] }, indexType);
    assert.deepEqual(await client.labels('discounts', own, 'any'), { architecture: 'arm64' });
    const empty = registry.put('discounts', { manifests: [] }, indexType);
    assert.match(await errorOf(registry, client.labels('discounts', empty)), /only for nothing/);
  });

  it('refuses bytes that are not those of the digest', async () => {
    const { registry, client } = await start();
    const digest = registry.image('discounts', {});
    registry.manifests.set(`discounts@${digest}`, { type: imageType, text: '{"config":{"digest":"sha256:other"}}' });
    assert.match(await errorOf(registry, client.labels('discounts', digest)), /^the registry HOST answered discounts@/);
    assert.match(
      await errorOf(registry, client.putTag('discounts', digest, 'production')),
      /^the registry HOST answered/,
    );
  });

  it('moves a tag without changing the digest, whatever the bytes of the manifest; twice is once', async () => {
    const { registry, client } = await start();
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.constantFrom(imageType, indexType), async (note, type) => {
        const digest = registry.put('discounts', JSON.stringify({ note }, undefined, 3), type);
        await client.putTag('discounts', digest, 'staging');
        await client.putTag('discounts', digest, 'staging');
        const found = await client.resolve('discounts', 'staging');
        assert.deepEqual([found.digest, found.mediaType], [digest, type]);
      }),
      { numRuns: 20 },
    );
  });

  it('deletes an image with its tags; one that is not there is deleted already', async () => {
    const { registry, client } = await start();
    const digest = registry.image('discounts', {}, 'staging');
    await client.deleteManifest('discounts', digest);
    await client.deleteManifest('discounts', digest);
    assert.equal(await client.find('discounts', 'staging'), undefined);
  });

  it('says when the registry allows no deletions', async () => {
    const { registry, client } = await start({ keeps: true });
    assert.equal(
      await errorOf(registry, client.deleteManifest('discounts', none)),
      'the registry HOST allows no deletions\n' +
        '  next: set REGISTRY_STORAGE_DELETE_ENABLED=true for it, or delete images there by hand',
    );
  });

  it('lists all tags, page by page', async () => {
    const { registry, client } = await start({ page: 2 });
    const tags = ['a', 'b', 'c', 'd', 'e'];
    for (const tag of tags) registry.image('shop/discounts', { tag }, tag);
    assert.deepEqual(await client.tags('shop/discounts'), tags);
    assert.equal(registry.requests.length, 3);
    assert.deepEqual(await client.tags('shop/nothing'), []);
  });

  it('logs in, and says whom the registry refuses', async () => {
    const { registry, client } = await start({ password: 'pass:wörd' });
    const { endpoint } = registry;
    registry.image('discounts', {}, 'staging');
    const right = new RegistryClient({ endpoint, username: 'ann', password: 'pass:wörd' });
    assert.deepEqual(await right.tags('discounts'), ['staging']);
    const next =
      "remove the registry's container registry-store (docker rm --force), then npm run up, which gives it its login again; or correct username and password in the configuration";
    assert.equal(
      await errorOf(registry, client.resolve('discounts', 'staging')),
      `the registry HOST refuses a request without login (401)\n  next: ${next}`,
    );
    const wrong = new RegistryClient({ endpoint, username: 'ann', password: 'not this' });
    const message = await errorOf(registry, wrong.resolve('discounts', 'staging'));
    assert.equal(message, `the registry HOST refuses the login "ann" (401)\n  next: ${next}`);
    assert.ok(!message.includes('not this'));
  });

  it('says when the registry is away, and when it is broken', async () => {
    const { registry, client } = await start({ broken: 500 });
    assert.equal(
      await errorOf(registry, client.resolve('discounts', 'staging')),
      'the registry HOST answered 500 to: look up discounts:staging\n  next: read its log',
    );
    const { endpoint } = registry;
    await registry.stop();
    started.splice(0);
    const away = await client.tags('discounts').catch((error: unknown) => String(error));
    assert.equal(
      away,
      `the registry ${endpoint} does not answer (ECONNREFUSED)\n` +
        '  next: npm run up, which starts what is missing; or correct its address in the configuration',
    );
  });

  it('gives up on a registry that does not end its answer', async () => {
    const { createServer } = await import('node:http');
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const client = new RegistryClient({ endpoint: `http://127.0.0.1:${port}`, timeoutSeconds: 0.05 });
    await assert.rejects(client.tags('discounts'), /does not answer \(time-out\)/);
    server.closeAllConnections();
    server.close();
  });
});

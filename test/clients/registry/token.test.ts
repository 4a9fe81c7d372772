import assert from 'node:assert/strict';
import { RegistryClient, type RegistryClientOptions } from '../../../clients/registry/client';
import { retryAfter } from '../../../clients/registry/session';
import { fetchToken, NoToken, parseChallenges } from '../../../clients/registry/token';
import { UserError } from '../../../base/errors';
import { FakeRegistry, type Habits } from './fake-registry';
import { FakeTokenService, type TokenHabits } from './fake-token-service';

const none = `sha256:${'0'.repeat(64)}`;

describe('a challenge', () => {
  it('is read as registries write it', () => {
    assert.deepEqual(
      parseChallenges(
        'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      ),
      [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        },
      ],
    );
    assert.deepEqual(
      parseChallenges('Basic realm="Artifactory Realm", Bearer realm="https://h/t", error=invalid_token'),
      [
        { scheme: 'basic', parameters: { realm: 'Artifactory Realm' } },
        { scheme: 'bearer', parameters: { realm: 'https://h/t', error: 'invalid_token' } },
      ],
    );
    assert.deepEqual(parseChallenges('BEARER Realm="a \\"b\\", c"')[0]?.parameters, { realm: 'a "b", c' });
    assert.deepEqual(parseChallenges(undefined), []);
  });
});

describe('a password', () => {
  const login = { username: 'ann', password: 'right' };
  const never = () => assert.fail('a request was sent');
  const bearer = (realm: string) => ({ scheme: 'bearer', parameters: { realm } });

  it('goes to no token service over plain HTTP, but on this machine', async () => {
    await assert.rejects(fetchToken(never, bearer('http://auth.example.com/token'), login), NoToken);
    await assert.rejects(fetchToken(never, bearer('ftp://auth.example.com/token'), login), NoToken);
    await assert.rejects(fetchToken(never, bearer('token'), login), { message: /is no address of a token service/ });
    const sent: string[] = [];
    const answer = { status: 200, headers: {}, body: Buffer.from('{"access_token":"t"}') };
    for (const realm of ['https://auth.example.com/token?x=1', 'http://localhost:1/t']) {
      const token = await fetchToken(
        ({ url, headers }) => {
          sent.push(`${url.href} ${headers['authorization'] ?? ''}`);
          return Promise.resolve(answer);
        },
        bearer(realm),
        login,
        () => 1_000_000,
      );
      // A minute where the service does not say, less a tenth.
      assert.deepEqual(token, { text: 't', until: 1_054_000 });
    }
    const basic = `Basic ${Buffer.from('ann:right').toString('base64')}`;
    assert.deepEqual(sent, [
      `https://auth.example.com/token?x=1&account=ann ${basic}`,
      `http://localhost:1/t?account=ann ${basic}`,
    ]);
  });
});

describe('a registry with tokens', () => {
  const started: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((each) => each.stop()));
  });

  async function start(o: { tokens?: TokenHabits; habits?: Habits; login?: Partial<RegistryClientOptions> } = {}) {
    const service = await FakeTokenService.start(o.tokens);
    const registry = await FakeRegistry.start({ ...o.habits, tokens: service });
    started.push(service, registry);
    const login = o.login ?? { username: 'ann', password: 'right' };
    return { service, registry, client: new RegistryClient({ endpoint: registry.endpoint, ...login }) };
  }

  async function errorOf(call: Promise<unknown>, { endpoint }: FakeRegistry): Promise<string> {
    const error: unknown = await call.then(
      () => assert.fail('nothing was thrown'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof UserError, String(error));
    return error.message.replaceAll(endpoint, 'HOST');
  }

  it('is read, tagged and deleted from, with one token for each repository and kind of request', async () => {
    const { service, registry, client } = await start();
    const digest = registry.image('shop/discounts', { a: 'b' }, 'staging');
    await client.ping();
    assert.equal((await client.resolve('shop/discounts', 'staging')).digest, digest);
    assert.deepEqual(await client.labels('shop/discounts', digest), { a: 'b' });
    await client.putTag('shop/discounts', digest, 'production');
    await client.putTag('shop/discounts', digest, 'pilot');
    assert.deepEqual(await client.tags('shop/discounts'), ['staging', 'production', 'pilot']);
    await client.deleteManifest('shop/discounts', digest);
    assert.deepEqual(
      service.asked.map(({ scope }) => scope),
      [
        null,
        'repository:shop/discounts:pull',
        'repository:shop/discounts:pull,push',
        'repository:shop/discounts:delete',
      ],
    );
    assert.ok(
      service.asked.every(({ login, account, service: name }) => login && account === 'ann' && name === 'fake'),
    );
  });

  it('is read without a login where that is allowed, and its refusal to push says so', async () => {
    const { service, registry, client } = await start({ login: {} });
    const digest = registry.image('shop/discounts', {}, 'staging');
    assert.equal((await client.resolve('shop/discounts', 'staging')).digest, digest);
    assert.deepEqual(
      service.asked.map(({ login }) => login),
      [false],
    );
    assert.equal(
      await errorOf(client.putTag('shop/discounts', digest, 'x'), registry),
      'the registry HOST knows a request without login, but it may not push there (401: insufficient_scope)',
    );
  });

  it('is asked for a new token once when an old one is refused, and when it is about to end', async () => {
    const { service, registry, client } = await start();
    registry.image('shop/discounts', {}, 'staging');
    await client.resolve('shop/discounts', 'staging');
    service.forget();
    await client.resolve('shop/discounts', 'staging');
    assert.equal(service.asked.length, 2);
    const short = await start({ tokens: { seconds: 0.000_001 } });
    short.registry.image('shop/discounts', {}, 'staging');
    for (let time = 0; time < 3; time += 1) {
      await short.client.resolve('shop/discounts', 'staging');
      // The clock that a token ends by has whole milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(short.service.asked.length, 3);
  });

  it('that refuses the login, or what it may do: an error each, without the password', async () => {
    const wrong = await start({ login: { username: 'ann', password: 'not this' } });
    assert.equal(
      await errorOf(wrong.client.ping(), wrong.registry),
      'the registry HOST refuses the login "ann" (401: incorrect username or password)',
    );
    const reader = await start({ tokens: { rights: ['pull'] } });
    for (const [call, verb] of [
      [reader.client.tryPush('shop/discounts'), 'push'],
      [reader.client.deleteManifest('shop/discounts', none), 'delete'],
    ] as const) {
      assert.equal(
        await errorOf(call, reader.registry),
        `the registry HOST knows the login "ann", but it may not ${verb} there (401: insufficient_scope)`,
      );
    }
  });

  it('tries whether it may push, and leaves nothing behind', async () => {
    const { registry, client } = await start();
    await client.tryPush('shop/discounts');
    assert.deepEqual(registry.requests.slice(-1), ['DELETE /v2/shop/discounts/blobs/uploads/an-upload?state=1']);
  });

  it('says when the token service is away', async () => {
    const { service, registry, client } = await start();
    const { realm } = service;
    await service.stop();
    started.splice(0, 1);
    assert.equal(
      await errorOf(client.ping(), registry),
      `the registry HOST asks for a token of ${new URL(realm).origin}, but: it does not answer (ECONNREFUSED)`,
    );
  });

  it('sends who reads a blob elsewhere, where no login arrives, and takes only the blob that was asked for', async () => {
    const store = await FakeRegistry.start();
    started.push(store);
    const seen: (string | undefined)[] = [];
    store.onRequest = ({ headers }) => seen.push(headers.authorization);
    const { registry, client } = await start({ habits: { blobsAt: `${store.endpoint}/v2/store/blobs` } });
    const digest = registry.image('shop/discounts', { a: 'b' });
    store.image('store', { a: 'b' });
    assert.deepEqual(await client.labels('shop/discounts', digest), { a: 'b' });
    assert.deepEqual(seen, [undefined]);
    for (const [blob] of store.blobs) store.blobs.set(blob, '{"config":{"Labels":{"a":"other"}}}');
    await assert.rejects(client.labels('shop/discounts', digest), {
      message: /^the registry .* answered shop\/discounts@/,
    });
  });

  it('that is busy is asked again as it says, three times at most, and never for long', async () => {
    const busy = async (habit: NonNullable<Habits['busy']>) => {
      const registry = await FakeRegistry.start({ busy: habit });
      started.push(registry);
      registry.image('a', {}, 'x');
      const waits: number[] = [];
      const client = new RegistryClient({
        endpoint: registry.endpoint,
        pause: (ms) => Promise.resolve(waits.push(ms)),
      });
      const result = await client.resolve('a', 'x').then(
        () => 'there',
        (error: unknown) => (error as Error).message.replaceAll(registry.endpoint, 'HOST'),
      );
      return { result, waits };
    };
    assert.deepEqual(await busy({ times: 2, status: 429, retryAfter: '3' }), { result: 'there', waits: [3000, 3000] });
    assert.deepEqual(await busy({ times: 1, status: 503 }), { result: 'there', waits: [1000] });
    assert.deepEqual(await busy({ times: 9, status: 503 }), {
      result: 'the registry HOST answered 503 to: look up a:x',
      waits: [1000, 2000],
    });
    assert.deepEqual((await busy({ times: 9, status: 429, retryAfter: '3600' })).waits, []);
    assert.equal(retryAfter('Wed, 25 Nov 2026 10:00:05 GMT', Date.parse('Wed, 25 Nov 2026 10:00:00 GMT')), 5);
    assert.equal(retryAfter('soon', 0), undefined);
  });
});

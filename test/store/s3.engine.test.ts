import { strict as assert } from 'node:assert';
import { randomUUID } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { UserError } from '../../base/errors';
import { readyStores } from '../../operations/ready-stores';
import { openStore } from '../../store/kinds';
import { connect } from '../../store/kinds/s3-client';
import { bucketPlace } from '../../store/kinds/s3-url';
import { provesExclusive } from '../../store/probe';
import type { Store } from '../../store/store';
import { StoreTrouble } from '../../store/trouble';
import { storePlace } from '../../store/where';
import { parseProject, sample } from '../errors/project';
import { tells as told } from '../errors/told';
import { storeContract } from './contract';
import { manyWriters, openShared } from './contract-writers';
import { chainWriters } from './ledger/chain-writers';
import { startS3Server, type S3Server } from './s3-server';

/** On a real server: versitygw, whose objects are files. */
describe('a store in a bucket', function () {
  this.timeout(60_000);

  let server: S3Server;

  before(async function () {
    this.timeout(1_200_000);
    server = await startS3Server();
  });

  after(() => server.stop());

  /** A store of a prefix that no other test has. @param how further options of the address, or another login */
  const shared = (endpoint?: string, environment: Record<string, string> = server.environment) => ({
    place: storePlace({ store: server.address(randomUUID(), endpoint), home: '/nowhere' }),
    environment,
  });
  const fresh = (...how: Parameters<typeof shared>): Store => openShared(shared(...how));

  storeContract(() => Promise.resolve(fresh()));

  manyWriters(() => Promise.resolve(shared()));

  chainWriters(() => Promise.resolve(shared()), 5);

  it('lists and reads more than a page', async () => {
    const { place, environment } = shared();
    if (place.kind !== 's3') throw new Error('it is no bucket');
    const bucket = await connect(place.bucket, { ...process.env, ...environment });
    const names = Array.from({ length: 1100 }, (_, number) => `pages/${String(number).padStart(4, '0')}`);
    for (let from = 0; from < names.length; from += 50) {
      const some = names.slice(from, from + 50);
      await Promise.all(some.map((name) => bucket.put(`${place.bucket.prefix}/${name}`, Buffer.from(name))));
    }
    const store = openStore(place, { environment: { ...process.env, ...environment } });
    assert.deepEqual(await store.list('pages'), names);
    assert.deepEqual(await store.list('pages', 'pages/1049'), names.slice(1050));
    const all = await store.readAll('pages', 'pages/0009');
    assert.deepEqual(
      all.map(({ name, content }) => [name, content.toString()]),
      names.slice(10).map((name) => [name, name]),
    );
  });

  it('keeps to its prefix in a bucket that Pulumi uses', async () => {
    const beside = storePlace({ backend: server.address('team'), home: '/nowhere' });
    const store = openShared({ place: beside, environment: server.environment });
    await store.create('ledger/1', Buffer.from('x'));
    const whole = openShared({
      place: storePlace({ store: server.address(''), home: '/nowhere' }),
      environment: server.environment,
    });
    assert.equal((await whole.read('team/sluice/ledger/1'))?.toString(), 'x');
    assert.match(store.place, /^s3:\/\/sluice-test\/team\/sluice at http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('proves that an object is made once, and leaves nothing', async () => {
    const store = fresh();
    await provesExclusive(store);
    assert.deepEqual(await store.list(''), []);
  });

  it('is tried by each up before it writes anything', async () => {
    const before = { ...process.env };
    const deaf = await proxy(server, { overwrites: true });
    try {
      Object.assign(process.env, server.environment);
      // The state of nobody.
      process.env['PULUMI_BACKEND_URL'] = pathToFileURL(path.join(os.tmpdir(), randomUUID())).href;
      const up = async (endpoint?: string): Promise<Store> => {
        const { platform, ...others } = sample();
        const prefix = randomUUID();
        const store = server.address(prefix, endpoint);
        const stacks = parseProject({ platform: { ...platform, store }, ...others });
        await readyStores(stacks, stacks, (line) => assert.fail(line));
        return openShared({ place: storePlace({ store, home: '/nowhere' }), environment: server.environment });
      };
      assert.deepEqual(await (await up()).list(''), []);
      await assert.rejects(up(deaf.endpoint), told('storeOverwrites'));
    } finally {
      for (const name of [...Object.keys(server.environment), 'PULUMI_BACKEND_URL']) {
        Reflect.deleteProperty(process.env, name);
      }
      Object.assign(process.env, before);
      await deaf.stop();
    }
  });

  it('refuses a server that ignores the condition', async () => {
    const deaf = await proxy(server, { overwrites: true });
    try {
      const store = fresh(deaf.endpoint);
      await assert.rejects(provesExclusive(store), (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.exitCode, 2);
        assert.ok(error.message.includes(`at ${deaf.endpoint} lets a second object take the place of the first`));
        assert.match(error.next ?? '', /^use a server with conditional writes/);
        return true;
      });
      assert.deepEqual(await store.list(''), []);
    } finally {
      await deaf.stop();
    }
  });

  it('says that it has made what it has made, though the answer was lost', async () => {
    let lost = 0;
    const lossy = await proxy(server, { loses: ({ method }) => method === 'PUT' && (lost += 1) === 1 });
    try {
      const store = fresh(lossy.endpoint);
      assert.equal(await store.create('a', Buffer.from('mine')), true);
      assert.equal(lost, 2);
      assert.equal(await store.create('a', Buffer.from('mine')), false);
    } finally {
      await lossy.stop();
    }
  });

  it('does not take another’s object for its own when the answer was lost', async () => {
    let lost = 0;
    const lossy = await proxy(server, { loses: ({ method }) => method === 'PUT' && (lost += 1) === 2 });
    try {
      const store = fresh(lossy.endpoint);
      assert.equal(await store.create('a', Buffer.from('theirs')), true);
      assert.equal(await store.create('a', Buffer.from('mine')), false);
      assert.equal(lost, 3);
    } finally {
      await lossy.stop();
    }
  });

  const tells = (message: RegExp, next: RegExp) => (error: unknown) => {
    assert.ok(error instanceof StoreTrouble, String(error));
    assert.match(error.message, message);
    assert.match(error.next ?? '', next);
    assert.ok(!`${error}`.includes(server.environment.AWS_SECRET_ACCESS_KEY));
    assert.ok(!/X-Amz|Signature=/i.test(`${error}`));
    return true;
  };

  it('says that there is no such bucket', async () => {
    const address = server.address('x').replace('sluice-test', 'no-bucket');
    const store = openShared({
      place: { kind: 's3', bucket: bucketPlace(address, 'x') },
      environment: server.environment,
    });
    for (const ask of [() => store.create('a', Buffer.from('')), () => store.read('a'), () => store.list('')]) {
      await assert.rejects(ask, tells(/: there is no bucket no-bucket at http:/, /^make the bucket/));
    }
  });

  it('says that the login is refused', async () => {
    const wrong = fresh(undefined, { ...server.environment, AWS_SECRET_ACCESS_KEY: 'wrong' });
    await assert.rejects(
      wrong.list(''),
      tells(/: the login is refused \(403 SignatureDoesNotMatch\)/, /^correct or renew/),
    );
  });

  it('says that the region is another one', async () => {
    const address = server.address('x').replace('us-east-1', 'eu-central-1');
    const store = openShared({
      place: { kind: 's3', bucket: bucketPlace(address, 'x') },
      environment: server.environment,
    });
    await assert.rejects(
      store.list(''),
      tells(/: the bucket is in another region$/, /^write \?region=REGION into its address$/),
    );
  });

  it('says that the server is away, and goes on when it is back', async () => {
    const store = fresh();
    await store.create('a', Buffer.from('1'));
    await server.pause();
    await assert.rejects(
      store.create('b', Buffer.from('1')),
      tells(/b can't be written: .* does not answer \(ECONNREFUSED\)$/, /^is http.* up/),
    );
    await server.resume();
    assert.equal(await store.create('b', Buffer.from('1')), true);
    assert.deepEqual(await store.list(''), ['a', 'b']);
  });
});

/** A server in front of the real one. */
async function proxy(
  server: S3Server,
  o: {
    /** Whether it writes without a condition. As a request is signed with its condition, such a server signs one of its own. */
    overwrites?: boolean;
    /** Whether the client gets no answer to a request that the server has answered. */
    loses?(request: http.IncomingMessage): boolean;
  },
): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = server.environment;
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: server.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  const front = http.createServer((request, response) => {
    const { method, url = '', headers } = request;
    if (o.overwrites === true && method === 'PUT') {
      const [, Bucket, ...key] = new URL(url, server.endpoint).pathname.split('/');
      void buffer(request)
        .then((Body) => client.send(new PutObjectCommand({ Bucket, Key: key.join('/'), Body })))
        .then(() => response.end());
      return;
    }
    const onwards = http.request(`${server.endpoint}${url}`, { method, headers }, (answer) => {
      if (o.loses?.(request) === true) {
        answer.resume().once('end', () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onwards.once('error', () => request.socket.destroy());
    request.pipe(onwards);
  });
  await new Promise<void>((resolve) => void front.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    stop: () => {
      front.closeAllConnections();
      return new Promise((resolve) => front.close(() => resolve()));
    },
  };
}

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../base/errors';
import { projectRoot } from '../../base/paths';
import { S3Store } from '../../store/kinds/s3';
import { clientSettings } from '../../store/kinds/s3-client';
import { s3StoreTrouble, s3Trouble, type S3Error, type S3Trouble } from '../../store/kinds/s3-trouble';
import { bucketPlace } from '../../store/kinds/s3-url';
import { StoreTrouble } from '../../store/trouble';

const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'a secret of the test' };

/** What a server of the test answers, one after the other; the last one again and again. `cut` gives none. */
type Answer = { status: number; code?: string; text?: string; headers?: Record<string, string> } | 'cut';

/** With answers that a real server gives seldom; s3.engine.test.ts is about a real one. */
describe('a store in a bucket, when the server has trouble', () => {
  let server: http.Server;
  let answers: Answer[];
  let asked: string[];
  let waited: number[];
  let store: S3Store;

  beforeEach(async () => {
    [answers, asked, waited] = [[], [], []];
    server = http.createServer((request, response) => {
      asked.push(`${request.method} ${new URL(request.url ?? '', 'http://x').pathname}`);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === undefined || answer === 'cut') {
        request.socket.destroy();
        return;
      }
      const { status, code, text, headers } = answer;
      request.resume().once('end', () => {
        response.writeHead(status, { 'content-type': 'application/xml', ...headers });
        response.end(
          text ?? (code === undefined ? '' : `<Error><Code>${code}</Code><Message>StringToSign</Message></Error>`),
        );
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const place = bucketPlace(
      `s3://b/p?endpoint=http://127.0.0.1:${(server.address() as AddressInfo).port}&use_path_style=true`,
      'x',
    );
    store = new S3Store(place, keys, (milliseconds) => Promise.resolve(waited.push(milliseconds)));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('tries again after a conflict, with growing pauses', async () => {
    answers = [
      { status: 409, code: 'ConditionalRequestConflict' },
      { status: 409, code: 'OperationAborted' },
      { status: 200 },
    ];
    assert.equal(await store.create('a', Buffer.from('x')), true);
    assert.deepEqual(asked, ['PUT /b/p/a', 'PUT /b/p/a', 'PUT /b/p/a']);
    assert.equal(waited.length, 2);
  });

  it('gives up after some conflicts', async () => {
    answers = [{ status: 409, code: 'ConditionalRequestConflict' }];
    await assert.rejects(store.create('a', Buffer.from('x')), (error: unknown) => {
      assert.ok(error instanceof StoreTrouble);
      assert.match(error.message, /a can't be written: others write the same object all the time$/);
      return true;
    });
    assert.equal(asked.length, 7);
    for (const [tries, pause] of waited.entries()) {
      const middle = 50 * 2 ** tries;
      assert.ok(pause >= middle / 2 && pause <= middle * 1.5, `${pause}`);
    }
  });

  it('does not doubt that another was first when nothing was unclear', async () => {
    answers = [
      { status: 409, code: 'ConditionalRequestConflict' },
      { status: 412, code: 'PreconditionFailed' },
    ];
    assert.equal(await store.create('a', Buffer.from('x')), false);
    assert.deepEqual(asked, ['PUT /b/p/a', 'PUT /b/p/a']);
  });

  for (const [name, unclear] of [
    ['no answer', 'cut'],
    ['an answer that the server could not', { status: 500, code: 'InternalError' }],
    ['an answer that it was busy', { status: 503, code: 'SlowDown' }],
  ] as const) {
    it(`compares what is there after ${name}`, async () => {
      for (const [text, mine] of [
        ['mine', true],
        ['theirs', false],
      ] as const) {
        asked = [];
        answers = [unclear, { status: 412, code: 'PreconditionFailed' }, { status: 200, text }];
        assert.equal(await store.create('a', Buffer.from('mine')), mine, text);
        assert.deepEqual(asked, ['PUT /b/p/a', 'PUT /b/p/a', 'GET /b/p/a']);
      }
    });
  }

  it('can’t tell when what was there has gone', async () => {
    answers = ['cut', { status: 412, code: 'PreconditionFailed' }, { status: 404, code: 'NoSuchKey' }];
    await assert.rejects(store.create('a', Buffer.from('mine')), (error: unknown) => {
      assert.ok(error instanceof StoreTrouble);
      assert.match(error.message, /whether a was written can't be told/);
      return true;
    });
  });

  it('reads again after half an answer', async () => {
    answers = [
      { status: 200, text: 'half', headers: { 'content-length': '1000' } },
      { status: 200, text: 'whole' },
    ];
    const reading = store.read('a');
    server.once('request', (request) => setTimeout(() => request.socket.destroy(), 100));
    assert.equal((await reading)?.toString(), 'whole');
    assert.deepEqual(asked, ['GET /b/p/a', 'GET /b/p/a']);
  });

  it('tells nothing of what was signed', async () => {
    answers = [{ status: 403, code: 'SignatureDoesNotMatch' }];
    await assert.rejects(store.read('a'), (error: unknown) => {
      assert.doesNotMatch(String(error), /StringToSign|secret of|X-Amz/);
      return true;
    });
  });

  it('asks for a region before it asks a server', async () => {
    const lost = new S3Store(bucketPlace('s3://b', 'x'), keys);
    const before = { ...process.env };
    for (const name of ['AWS_REGION', 'AWS_PROFILE']) Reflect.deleteProperty(process.env, name);
    process.env['AWS_CONFIG_FILE'] = process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null';
    try {
      await assert.rejects(lost.list(''), (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.deepEqual(
          [error.message, error.next, error.exitCode],
          ['nobody has said in which region s3://b is', 'add ?region=REGION to its address, or set AWS_REGION', 2],
        );
        return true;
      });
    } finally {
      process.env = before;
    }
  });
});

describe('errors of a bucket', () => {
  const errors: [S3Error, S3Trouble][] = [
    [{ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } }, 'exists'],
    [{ name: 'UnknownError', $metadata: { httpStatusCode: 412 } }, 'exists'],
    [{ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } }, 'absent'],
    [{ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } }, 'no-bucket'],
    [{ name: 'ConditionalRequestConflict', $metadata: { httpStatusCode: 409 } }, 'conflict'],
    [{ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }, 'no-rights'],
    [{ name: 'InvalidAccessKeyId', $metadata: { httpStatusCode: 403 } }, 'login-refused'],
    [{ name: 'CredentialsProviderError' }, 'no-login'],
    [{ name: 'PermanentRedirect', $metadata: { httpStatusCode: 301 } }, 'other-region'],
    [{ name: 'AuthorizationHeaderMalformed', $metadata: { httpStatusCode: 400 } }, 'other-region'],
    [{ name: 'RequestTimeTooSkewed', $metadata: { httpStatusCode: 403 } }, 'clock'],
    [{ name: 'SlowDown', $metadata: { httpStatusCode: 503 } }, 'busy'],
    [{ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } }, 'unknown-to-it'],
    [{ name: 'Error', code: 'ECONNREFUSED' }, 'away'],
    [{ name: 'TimeoutError' }, 'away'],
    [{ name: 'Error', code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'not-trusted'],
    [{ name: 'SyntaxError', $response: { statusCode: 502 } }, 'busy'],
    [{ name: 'constructor', $metadata: { httpStatusCode: 400 } }, 'refused'],
  ];
  for (const [error, trouble] of errors) {
    it(`takes ${error.name} ${error.code ?? error.$metadata?.httpStatusCode ?? ''} for ${trouble}`, () =>
      assert.equal(s3Trouble(error), trouble));
  }

  it('names the region that the server names', () => {
    const place = bucketPlace('s3://b/p?region=us-east-1', 'x');
    const error = {
      name: 'PermanentRedirect',
      $response: { statusCode: 301, headers: { 'x-amz-bucket-region': 'eu-west-3' } },
    };
    const told = s3StoreTrouble(place, "a can't be read", error);
    assert.equal(told.message, "the store in s3://b/p: a can't be read: the bucket is in the region eu-west-3");
    assert.equal(told.next, 'write ?region=eu-west-3 into its address');
  });

  it('says whose login is meant', () => {
    const [own, profile] = ['s3://b', 's3://b?profile=ci'].map((address) =>
      s3StoreTrouble(bucketPlace(address, 'x'), 'x', { name: 'CredentialsProviderError' }),
    );
    assert.equal(
      own?.next,
      'give one: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the role of this machine',
    );
    assert.equal(profile?.next, 'give one: the profile ci');
  });
});

describe('the client of a bucket', () => {
  const settings = (address: string, environment: NodeJS.ProcessEnv) => {
    const { requestHandler, maxAttempts, forcePathStyle, tls, ...rest } = clientSettings(
      bucketPlace(address, 'x'),
      environment,
    );
    assert.ok(requestHandler.connectionTimeout > 0);
    assert.equal(maxAttempts, 1);
    return { ...rest, ...(forcePathStyle ? { forcePathStyle } : {}), ...(tls ? {} : { tls }) };
  };
  const credentials = { accessKeyId: 'id', secretAccessKey: 'a secret of the test' };
  const when = { requestChecksumCalculation: 'WHEN_REQUIRED' };

  it('takes its region as Pulumi does: address, AWS_REGION, AWS_DEFAULT_REGION', () => {
    const both = { AWS_REGION: 'one', AWS_DEFAULT_REGION: 'other' };
    assert.deepEqual(settings('s3://b?region=r', both), { region: 'r' });
    assert.deepEqual(settings('s3://b', both), { region: 'one' });
    assert.deepEqual(settings('s3://b', { AWS_DEFAULT_REGION: 'other' }), { region: 'other' });
    assert.deepEqual(settings('s3://b', {}), {});
    assert.deepEqual(settings('s3://b?endpoint=http://m', {}), { region: 'us-east-1', endpoint: 'http://m', ...when });
  });

  it('takes the keys of the environment before a profile that the environment names', () => {
    assert.deepEqual(settings('s3://b', { ...keys, AWS_PROFILE: 'p' }), { credentials });
    assert.deepEqual(settings('s3://b', { ...keys, AWS_SESSION_TOKEN: 't' }), {
      credentials: { ...credentials, sessionToken: 't' },
    });
    assert.deepEqual(settings('s3://b?profile=p', keys), { profile: 'p' });
    assert.deepEqual(settings('s3://b', { AWS_ACCESS_KEY_ID: 'id' }), {});
  });

  it('sends check sums to a server that is not AWS only when they are asked for', () => {
    const at = (more: string, environment = {}) => settings(`s3://b?region=r&endpoint=http://m${more}`, environment);
    const rest = { region: 'r', endpoint: 'http://m' };
    assert.deepEqual(at(''), { ...rest, ...when });
    assert.deepEqual(at('', { AWS_REQUEST_CHECKSUM_CALCULATION: 'when_supported' }), rest);
    assert.deepEqual(at('&request_checksum_calculation=when_supported'), {
      ...rest,
      requestChecksumCalculation: 'WHEN_SUPPORTED',
    });
  });

  it('does what else the address says', () => {
    const address = 's3://b?region=r&s3ForcePathStyle=true&disableSSL=true&dualstack=true&fips=true&accelerate=true';
    assert.deepEqual(settings(address, {}), {
      region: 'r',
      forcePathStyle: true,
      tls: false,
      useDualstackEndpoint: true,
      useFipsEndpoint: true,
      useAccelerateEndpoint: true,
    });
  });

  it('is not loaded before a store in a bucket is used', () => {
    const program = `
      const { openStore } = require('./store/kinds');
      const { storePlace } = require('./store/where');
      const store = openStore(storePlace({ store: 's3://b?region=r&endpoint=http://127.0.0.1:1', home: '/nowhere' }), { environment: process.env });
      const loaded = () => Object.keys(require.cache).some((file) => /node_modules.(@aws-sdk|@smithy)/.test(file));
      const before = loaded();
      store.read('a').catch(() => console.log(before, loaded()));`;
    const { stdout } = spawnSync(process.execPath, ['-r', './base/loader/typescript.cjs', '-e', program], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    assert.equal(stdout, 'false true\n');
  });
});

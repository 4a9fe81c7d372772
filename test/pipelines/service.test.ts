import assert from 'node:assert/strict';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { request, Server } from 'node:http';
import { AddressInfo, connect } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../../base/errors';
import { dronePipelines } from '../../pipelines/drone';
import { createService, serve, serviceSettings, PipelineServiceSettings } from '../../pipelines/service';
import { sample } from './sample';
import { signed } from './signing';

const settings: PipelineServiceSettings = {
  secret: 'right',
  pipelines: [sample()],
  refusal: { toolsImage: 'sluice/tools:abc123', platform: { os: 'linux', arch: 'amd64' } },
};

const question = (slug: string, build: object = {}) =>
  JSON.stringify({ repo: { slug }, build: { event: 'push', after: '0123456789abcdef0123', ...build } });

interface Reply {
  status: number;
  body: string;
}

function send(port: number, body: string, headers: Record<string, string>, to = 'POST /'): Promise<Reply> {
  const [method, url] = to.split(' ');
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path: url, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

function pipelineIn(reply: Reply): string {
  assert.equal(reply.status, 200, reply.body);
  return (JSON.parse(reply.body) as { data: string }).data;
}

describe('the configuration service', () => {
  let server: Server;
  let port: number;
  const log: string[] = [];

  before((done) => {
    server = createService(settings, (line) => log.push(line)).listen(0, '127.0.0.1', () => {
      port = (server.address() as AddressInfo).port;
      done();
    });
  });
  after((done) => void server.close(done));
  beforeEach(() => void log.splice(0));

  it('answers for a repository that it knows, in any case of letters', async () => {
    for (const slug of ['sluice/discounts', 'Sluice/Discounts']) {
      const body = question(slug);
      assert.equal(pipelineIn(await send(port, body, signed(body))), dronePipelines(sample()));
    }
    assert.deepEqual(log, ['sluice/discounts push 0123456789ab', 'Sluice/Discounts push 0123456789ab']);
  });

  it('gives an unknown repository a pipeline that fails, never an empty answer', async () => {
    const body = question('eve/discounts');
    const yaml = pipelineIn(await send(port, body, signed(body)));
    assert.match(yaml, /name: refused/);
    assert.match(yaml, /This repository is not part of the platform/);
    assert.doesNotMatch(yaml, /volumes|from_secret|privileged/);
    assert.match(log[0] ?? '', /^eve\/discounts push 0123456789ab: refused: This repository/);
  });

  it('refuses a build with parameters, which would become variables of every step', async () => {
    const body = question('sluice/discounts', { params: { NODE_OPTIONS: '--require /drone/src/x.js' } });
    assert.match(pipelineIn(await send(port, body, signed(body))), /Build parameters are not taken/);
    const none = question('sluice/discounts', { params: {} });
    assert.match(pipelineIn(await send(port, none, signed(none))), /name: test-pull-request/);
  });

  it('tells nothing to who is not Drone', async () => {
    const body = question('sluice/discounts');
    const replies = [
      await send(port, body, {}),
      await send(port, body, signed(body, { secret: 'wrong' })),
      await send(port, question('sluice/frontend'), signed(body)),
      await send(port, body, signed(body, { date: new Date(Date.now() - 3_600_000) })),
    ];
    assert.deepEqual(replies, [
      { status: 401, body: 'the request is not signed\n' },
      { status: 401, body: 'the signature is wrong\n' },
      { status: 401, body: 'the body is not the signed one\n' },
      { status: 401, body: 'the request is too old or too new\n' },
    ]);
    assert.deepEqual(log, [
      'refused: the request is not signed',
      'refused: the signature is wrong',
      'refused: the body is not the signed one',
      'refused: the request is too old or too new',
    ]);
  });

  it('refuses signed requests that name no build', async () => {
    for (const body of ['', 'null', '[]', '{"repo":{}}', '{"repo":{"slug":"a/b"},"build":null}']) {
      assert.equal((await send(port, body, signed(body))).status, 400, body);
    }
  });

  it('refuses what is too large, unknown paths and methods; is healthy', async () => {
    assert.equal((await send(port, 'x'.repeat(4 * 1024 * 1024 + 1), {})).status, 413);
    assert.equal((await send(port, '', {}, 'GET /')).status, 404);
    assert.equal((await send(port, '', {}, 'POST /health')).status, 404);
    assert.deepEqual(await send(port, '', {}, 'GET /health'), { status: 200, body: 'ok\n' });
  });

  it('outlives a request that breaks off', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc', () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    assert.equal((await send(port, '', {}, 'GET /health')).status, 200);
  });
});

describe('serviceSettings', () => {
  const json = JSON.stringify([sample()]);
  const env = { SLUICE_PIPELINES: json, SLUICE_PIPELINES_SECRET: 'right', SLUICE_TOOLS_IMAGE: 'sluice/tools:abc123' };

  it('reads the environment, or the file that it names', () => {
    assert.deepEqual(serviceSettings(env), settings);
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
    try {
      const file = path.join(folder, 'pipelines.json');
      writeFileSync(file, json);
      const fromFile = { ...env, SLUICE_PIPELINES: undefined, SLUICE_PIPELINES_FILE: file, SLUICE_ARCH: 'amd64' };
      assert.deepEqual(serviceSettings(fromFile), settings);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names what is missing or wrong', () => {
    const without = (name: string, value?: string) => () => serviceSettings({ ...env, [name]: value });
    assert.throws(without('SLUICE_PIPELINES_SECRET'), new UserError('SLUICE_PIPELINES_SECRET is not set'));
    assert.throws(without('SLUICE_TOOLS_IMAGE', ''), new UserError('SLUICE_TOOLS_IMAGE is not set'));
    assert.throws(without('SLUICE_ARCH', 'mips'), new UserError('SLUICE_ARCH: unknown "mips"'));
    assert.throws(
      without('SLUICE_PIPELINES'),
      new UserError('neither SLUICE_PIPELINES nor SLUICE_PIPELINES_FILE is set'),
    );
  });

  it('serve() ends when it is told to stop', async () => {
    const before = process.listeners('SIGTERM');
    const serving = serve({ ...env, SLUICE_PIPELINES_PORT: '0' });
    const stop = process.listeners('SIGTERM').find((listener) => !before.includes(listener));
    assert.ok(stop);
    stop('SIGTERM');
    await serving;
  });
});

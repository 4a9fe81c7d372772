import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { hashSync } from 'bcryptjs';
import { docker } from '../../../clients/docker/docker';
import { builderPort, gatewayConfig, gatewayGitPort } from '../../../clients/edge/gateway';
import { registryFrontConfig, registryPort, registryRoles } from '../../../clients/edge/registry-front';
import { foundImages } from '../../../stacks/images';

const prefix = `sluice-test-proxies-${process.pid}`;
const accounts = { pull: 'reader', push: 'writer', delete: 'cleaner' };
const passwords = { reader: 'one', writer: 'two', cleaner: 'three' };

/** A proxy of ours, on a port of the machine that the engine chooses. @returns its address per port of its own */
async function proxy(name: string, config: string, ports: readonly number[], more: string[] = []) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
  const file = path.join(folder, 'haproxy.cfg');
  writeFileSync(file, config, { mode: 0o644 });
  const container = `${prefix}-${name}`;
  await docker([
    ...['create', '--name', container, '--network', prefix, ...more],
    ...ports.flatMap((port) => ['--publish', `127.0.0.1::${port}`]),
    foundImages()['edge'] ?? '',
  ]);
  await docker(['cp', file, `${container}:/usr/local/etc/haproxy/haproxy.cfg`]);
  rmSync(folder, { recursive: true });
  await docker(['start', container]);
  const published = async (port: number): Promise<string> =>
    `http://${(await docker(['port', container, String(port)])).stdout.trim().split('\n')[0] ?? ''}`;
  return Object.fromEntries(await Promise.all(ports.map(async (port) => [port, await published(port)] as const)));
}

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** Status of an answer; asked again while the proxy is not there yet. */
async function status(url: string, method = 'GET', headers: Record<string, string> = {}): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      // A connection made before the proxy listens may stay without an answer.
      const signal = AbortSignal.timeout(5000);
      const response = await fetch(url, { method, headers, signal, ...(method === 'PUT' ? { body: '{}' } : {}) });
      if (response.status !== 503 || attempt > 50) return response.status;
    } catch (error) {
      if (attempt > 50) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Proves the rules on the HAProxy that runs here, with a real registry and the real engine behind them. */
describe('proxies of the platform', function () {
  this.timeout(120_000);

  before(() => docker(['network', 'create', prefix]));
  after(async () => {
    for (const name of ['store', 'front', 'gateway']) {
      await docker(['rm', '--force', '--volumes', `${prefix}-${name}`], { allowFailure: true });
    }
    await docker(['network', 'rm', prefix]);
  });

  describe("the registry's front", () => {
    let url: string;
    const login = (account: keyof typeof passwords): string => basic(account, passwords[account]);

    before(async () => {
      const users = registryRoles.map((role) => accounts[role]) as (keyof typeof passwords)[];
      const htpasswd = users.map((user) => `${user}:${hashSync(passwords[user], 4)}\n`).join('');
      const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
      writeFileSync(path.join(folder, 'htpasswd'), htpasswd, { mode: 0o644 });
      const store = `${prefix}-store`;
      await docker([
        ...['create', '--name', store, '--network', prefix],
        ...['--env', 'REGISTRY_AUTH=htpasswd', '--env', 'REGISTRY_AUTH_HTPASSWD_REALM=test'],
        ...['--env', 'REGISTRY_AUTH_HTPASSWD_PATH=/tmp/htpasswd', '--env', 'REGISTRY_STORAGE_DELETE_ENABLED=true'],
        foundImages()['registry'] ?? '',
      ]);
      await docker(['cp', path.join(folder, 'htpasswd'), `${store}:/tmp/htpasswd`]);
      rmSync(folder, { recursive: true });
      await docker(['start', store]);
      const config = registryFrontConfig({ store: `${store}:${registryPort}`, accounts });
      url = (await proxy('front', config, [registryPort]))[registryPort] ?? '';
      assert.equal(await status(`${url}/v2/`, 'GET', { authorization: login('reader') }), 200);
    });

    // 404, 400 and 405 are the registry's own answers: the request got through.
    const manifest = '/v2/app/manifests/x';
    const uploads = '/v2/app/blobs/uploads/';
    for (const [account, method, where, expected] of [
      ['reader', 'GET', manifest, 404],
      ['reader', 'PUT', manifest, 403],
      ['reader', 'POST', uploads, 403],
      ['reader', 'DELETE', manifest, 403],
      ['reader', 'PATCH', `${uploads}1`, 403],
      ['writer', 'GET', manifest, 404],
      ['writer', 'PUT', manifest, 400],
      ['writer', 'POST', uploads, 202],
      ['writer', 'DELETE', manifest, 403],
      ['cleaner', 'PUT', manifest, 403],
      ['cleaner', 'POST', uploads, 403],
    ] as const) {
      it(`${account}: ${method} ${where} is answered with ${expected}`, async () => {
        assert.equal(await status(`${url}${where}`, method, { authorization: login(account) }), expected);
      });
    }

    it('lets the account for it delete', async () => {
      const none = `/v2/app/manifests/sha256:${'0'.repeat(64)}`;
      assert.equal(await status(`${url}${none}`, 'DELETE', { authorization: login('cleaner') }), 404);
      assert.equal(await status(`${url}${none}`, 'DELETE', { authorization: login('writer') }), 403);
    });

    it('leaves passwords to the registry', async () => {
      assert.equal(await status(`${url}${uploads}`, 'POST', { authorization: basic('writer', 'wrong') }), 401);
      assert.equal(await status(`${url}${uploads}`, 'POST', { authorization: basic(':writer', 'two') }), 403);
      assert.equal(await status(`${url}${uploads}`, 'POST'), 401);
    });

    it('refuses a request with two logins, of which it and the registry might read different ones', async () => {
      const both = `${login('reader')}, ${login('writer')}`;
      assert.equal(await status(`${url}${uploads}`, 'POST', { authorization: both }), 400);
    });
  });

  describe("the steps' gateway", () => {
    let builder: string;
    let git: string;

    before(async () => {
      const config = gatewayConfig({
        registryAddress: 'localhost:5599',
        gitHost: `${prefix}-store:${registryPort}`,
        gitLogin: 'reader:one',
        gitReader: 'writer:two',
        pushRecord: ['commits'],
        owner: 'sluice',
        drone: `${prefix}-store:${registryPort}`,
      });
      const more = ['--user', '0', '--volume', '/var/run/docker.sock:/var/run/docker.sock'];
      const published = await proxy('gateway', config, [builderPort, gatewayGitPort], more);
      [builder, git] = [published[builderPort] ?? '', published[gatewayGitPort] ?? ''];
      assert.equal(await status(`${builder}/_ping`), 200);
    });

    for (const [method, where] of [
      ['GET', '/containers/json'],
      ['POST', '/v1.41/containers/create'],
      ['GET', '/v1.41/images/json'],
      ['POST', '/v1.41/images/create?fromImage=x'],
      ['POST', '/v1.41/images/sluice%2Ftools/push'],
      ['POST', '/v1.41/images/localhost:5599/a/tag?repo=sluice/tools'],
      ['DELETE', '/v1.41/images/localhost:5599/a'],
      ['GET', '/v1.41/images/get?names=sluice%2Ftools'],
      ['GET', '/v1.41/images/sluice%2Ftools/get'],
      ['GET', '/v1.41/volumes'],
      ['POST', '/v1.41/build/../containers/create'],
      ['POST', '/v1.41/build?networkmode=host'],
      ['POST', '/v1.41/build?t=sluice%2Ftools%3A1'],
    ] as const) {
      it(`refuses ${method} ${where}`, async () => assert.equal(await status(`${builder}${where}`, method), 403));
    }

    it('builds with the docker client, names it as it may, and pushes it nowhere else', async () => {
      const env = { DOCKER_HOST: builder.replace('http:', 'tcp:'), DOCKER_BUILDKIT: '0' };
      const context = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
      const tag = `localhost:5599/${prefix}:1`;
      const artifact = `localhost:5599/${prefix}/artifact-app:1`;
      try {
        writeFileSync(path.join(context, 'Dockerfile'), `FROM ${foundImages()['edge'] ?? ''}\nLABEL a=b\n`);
        const built = await docker(['build', '--tag', tag, context], { env, allowFailure: true });
        assert.equal(built.code, 0, built.stderr);
        const other = await docker(['build', '--tag', `${prefix}:1`, context], { env, allowFailure: true });
        assert.match(other.stderr, /a step can build images and push them to the registry of the platform/);
        await docker(['build', '--tag', artifact, context], { env });
        const archive = path.join(context, 'image.tar');
        await docker(['image', 'save', '--output', archive, artifact], { env });
        assert.ok(statSync(archive).size > 1000);
        const saved = await docker(['image', 'save', '--output', archive, tag], { env, allowFailure: true });
        assert.match(saved.stderr, /a step can build images and push them/);
        const run = await docker(['run', '--rm', tag, 'true'], { env, allowFailure: true });
        assert.match(run.stderr, /a step can build images and push them/);
        // No registry listens there: the push got as far as that.
        assert.match((await docker(['push', tag], { env, allowFailure: true })).stderr, /connection refused/);
      } finally {
        rmSync(context, { recursive: true });
        await docker(['image', 'rm', tag, artifact], { allowFailure: true });
      }
    });

    it('fetches from repositories and does nothing else there', async () => {
      // Behind it stands no git host: 404 is its answer, 403 the gateway's.
      const repository = `${git}/sluice/discounts.git`;
      assert.equal(await status(`${repository}/info/refs?service=git-upload-pack`), 404);
      assert.equal(await status(`${repository}/git-upload-pack`, 'POST'), 404);
      assert.equal(await status(`${repository}/info/refs?service=git-receive-pack`), 403);
      assert.equal(await status(`${repository}/git-receive-pack`, 'POST'), 403);
      assert.equal(await status(`${git}/api/v1/user`), 403);
      const record = `${git}/api/v1/repos/sluice/discounts/commits`;
      assert.equal(await status(`${record}?page=1`), 404);
      for (const query of ['', '?page=1&sudo=ann']) assert.equal(await status(`${record}${query}`), 403);
      assert.equal(await status(`${record}?page=1`, 'POST'), 403);
      assert.equal(await status(`${git}/`), 403);
    });
  });
});

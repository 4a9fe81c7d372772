import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { docker } from '../../../clients/docker/docker';
import { RegistryClient } from '../../../clients/registry/client';
import { withRegistryLogin } from '../../../clients/registry/login';
import { foundImages } from '../../../stacks/images';
import { makeAuthority } from './certificates';
import { SigningTokenService } from './signing-token-service';

const prefix = `sluice-test-registry-${process.pid}`;

/** A real registry on a port that the engine chooses. @returns `127.0.0.1:PORT` */
async function startRegistry(name: string, env: Record<string, string>, files: Record<string, string>) {
  const container = `${prefix}-${name}`;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
  await docker([
    ...['create', '--name', container, '--publish', '127.0.0.1::5000'],
    ...Object.entries({ ...env, REGISTRY_STORAGE_DELETE_ENABLED: 'true' }).flatMap(([key, value]) => [
      '--env',
      `${key}=${value}`,
    ]),
    foundImages()['registry'] ?? '',
  ]);
  for (const [file, text] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, file), text, { mode: 0o644 });
    fs.chmodSync(path.join(folder, file), 0o644);
    await docker(['cp', path.join(folder, file), `${container}:/${file}`]);
  }
  fs.rmSync(folder, { recursive: true });
  await docker(['start', container]);
  return (await docker(['port', container, '5000'])).stdout.trim().split('\n')[0] ?? '';
}

async function untilThere(ask: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (attempt > 50 || !/ECONNREFUSED|ECONNRESET|does not answer/.test(String(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** The distribution registry itself, in the ways in which other people's registries are set up. */
describe('a real registry', function () {
  this.timeout(120_000);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
  after(async () => {
    fs.rmSync(folder, { recursive: true });
    for (const name of ['tokens', 'tls'])
      await docker(['rm', '--force', '--volumes', `${prefix}-${name}`], { allowFailure: true });
  });

  describe('with tokens', () => {
    let service: SigningTokenService;
    let address: string;
    let digest: string;
    const image = () => `${address}/shop/app:one`;
    const client = (username = 'ann', password = 'right') =>
      new RegistryClient({ endpoint: `http://${address}`, username, password });
    before(async () => {
      service = await SigningTokenService.start({
        ann: { password: 'right', actions: ['pull', 'push', 'delete'] },
        reader: { password: 'right', actions: ['pull'] },
      });
      const { realm, name, keySet } = service;
      const env = {
        REGISTRY_AUTH: 'token',
        REGISTRY_AUTH_TOKEN_REALM: realm,
        REGISTRY_AUTH_TOKEN_SERVICE: name,
        REGISTRY_AUTH_TOKEN_ISSUER: name,
        REGISTRY_AUTH_TOKEN_JWKS: '/jwks.json',
      };
      address = await startRegistry('tokens', env, { 'jwks.json': keySet });
      await untilThere(() => client().ping());
    });
    after(async () => {
      await docker(['image', 'rm', image()], { allowFailure: true });
      await service.stop();
    });

    it('takes what the engine pushes with the same login', async () => {
      await docker(['tag', foundImages()['registry'] ?? '', image()]);
      await withRegistryLogin(address, { username: 'ann', password: 'right' }, (env) =>
        docker(['push', '--quiet', image()], { env }),
      );
      digest = (await client().resolve('shop/app', 'one')).digest;
    });

    it('is read, tagged and cleared, each with a token for that', async () => {
      const registry = client();
      assert.equal((await registry.labels('shop/app', digest))['sluice.item'], 'registry');
      await registry.putTag('shop/app', digest, 'staging');
      assert.equal((await registry.resolve('shop/app', 'staging')).digest, digest);
      await registry.tryPush('shop/app');
      assert.deepEqual(await registry.tags('shop/app'), ['one', 'staging']);
    });

    it('refuses a wrong login, and one that may only read', async () => {
      await assert.rejects(client('ann', 'wrong').ping(), (error: Error) =>
        /refuses the login "ann"/.test(error.message),
      );
      assert.equal((await client('reader').resolve('shop/app', 'one')).digest, digest);
      await assert.rejects(client('reader').putTag('shop/app', digest, 'production'), /may not push there/);
      await assert.rejects(client('reader').deleteManifest('shop/app', digest), /may not delete there/);
    });

    it('deletes', async () => {
      await client().deleteManifest('shop/app', digest);
      assert.equal(await client().find('shop/app', 'one'), undefined);
    });
  });

  describe('with a certificate of a private authority', () => {
    it('is believed by who names the authority, and by nobody else', async () => {
      const authority = makeAuthority(folder);
      const { cert, key } = authority.certify('registry', 'IP:127.0.0.1');
      const address = await startRegistry(
        'tls',
        { REGISTRY_HTTP_TLS_CERTIFICATE: '/tls.crt', REGISTRY_HTTP_TLS_KEY: '/tls.key' },
        { 'tls.crt': fs.readFileSync(cert, 'utf8'), 'tls.key': fs.readFileSync(key, 'utf8') },
      );
      const endpoint = `https://${address}`;
      await untilThere(() => new RegistryClient({ endpoint, ca: authority.pem }).ping());
      await assert.rejects(new RegistryClient({ endpoint }).ping(), /signed by an authority that is not known here/);
    });
  });
});

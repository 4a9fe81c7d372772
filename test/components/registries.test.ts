import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { healthCheck } from '../../components/health';
import { registries } from '../../components/registries';
import type { RegistryArgs } from '../../components/registries/registry';
import { registryFrontConfig } from '../../clients/edge/registry-front';
import { command, container, network, randomPassword, record, valueOf, volume } from './mocks';
import { held, isSecret, plain, platformLabels, stdinOf } from './platform-args';

const args: RegistryArgs = {
  instance: 'sluice',
  network: 'sluice-platform',
  images: { registry: 'registry:1', edge: 'haproxy:1' },
  bind: '127.0.0.1',
  port: 5500,
};

async function declare(kind: keyof typeof registries, over: Partial<RegistryArgs> = {}) {
  const recorder = await record({
    stack: 'platform',
    stdout: { 'check-registry': { host: 'registry.example.com' } },
  });
  const registry = new registries[kind]('registry', { ...args, ...over });
  await valueOf(registry.ready);
  await valueOf(registry.logins);
  return { recorder, registry };
}

describe('EmbeddedRegistry', () => {
  it('tells where it is for engine, people and steps', async () => {
    const { registry } = await declare('embedded');
    assert.equal(registry.address, 'localhost:5500');
    assert.equal(registry.url, 'http://localhost:5500');
    assert.equal(registry.stepsUrl, 'http://sluice-gateway:5000');
    assert.equal(registry.behindGateway, 'sluice-registry:5000');
    assert.equal((await declare('embedded', { host: 'build-1' })).registry.address, 'build-1:5500');
  });

  it('has an account with a generated password for each role, all secret', async () => {
    const { recorder, registry } = await declare('embedded');
    for (const role of ['pull', 'push', 'delete'] as const) {
      assert.deepEqual(recorder.inputs(randomPassword, `registry-${role}-password`), { length: 24, special: false });
      assert.deepEqual((await valueOf(registry.logins))[role], {
        username: `sluice-${role}`,
        password: `value of registry-${role}-password`,
      });
    }
    assert.equal(await pulumi.isSecret(registry.logins), true);
  });

  it('keeps images in a volume of its own, in a network where only its front is', async () => {
    const { recorder } = await declare('embedded');
    const labels = platformLabels('registry-store');
    assert.deepEqual(recorder.inputs(volume, 'registry'), { name: 'sluice-registry', labels });
    assert.deepEqual(recorder.inputs(network, 'registry'), {
      name: 'sluice-registry',
      internal: true,
      labels: platformLabels('network'),
    });
    assert.deepEqual(plain(recorder.inputs(container, 'registry-store')), {
      name: 'sluice-registry-store',
      image: 'registry:1',
      envs: [
        'REGISTRY_HTTP_SECRET=value of registry-http-secret',
        'REGISTRY_AUTH=htpasswd',
        'REGISTRY_AUTH_HTPASSWD_REALM=Sluice',
        'REGISTRY_AUTH_HTPASSWD_PATH=/etc/sluice/htpasswd',
        'REGISTRY_HTTP_ADDR=:5000',
        'REGISTRY_LOG_LEVEL=warn',
        'REGISTRY_LOG_ACCESSLOG_DISABLED=true',
        'REGISTRY_STORAGE_DELETE_ENABLED=true',
        'REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/var/lib/registry',
        'OTEL_TRACES_EXPORTER=none',
      ],
      uploads: [
        {
          file: '/etc/sluice/htpasswd',
          content:
            'sluice-pull:hash of registry-pull-password\n' +
            'sluice-push:hash of registry-push-password\n' +
            'sluice-delete:hash of registry-delete-password\n',
        },
      ],
      labels,
      networksAdvanced: [{ name: 'sluice-registry' }],
      volumes: [{ containerPath: '/var/lib/registry', volumeName: 'sluice-registry' }],
      ...held(256),
      waitTimeout: 60,
      destroyGraceSeconds: 10,
      healthcheck: healthCheck('test -w /var/lib/registry && timeout 4 wget -q -O /dev/null http://localhost:5000/'),
    });
  });

  it('is reached through the front that knows the roles, and in no other way', async () => {
    const { recorder } = await declare('embedded', { memory: 1024 });
    const front = plain(recorder.inputs(container, 'registry')) as Record<string, unknown>;
    assert.deepEqual(front['ports'], [{ internal: 5000, external: 5500, ip: '127.0.0.1' }]);
    assert.deepEqual(front['networksAdvanced'], [{ name: 'sluice-platform' }, { name: 'sluice-registry' }]);
    assert.deepEqual(front['uploads'], [
      {
        file: '/usr/local/etc/haproxy/haproxy.cfg',
        content: registryFrontConfig({
          store: 'sluice-registry-store:5000',
          accounts: { pull: 'sluice-pull', push: 'sluice-push', delete: 'sluice-delete' },
        }),
      },
    ]);
    assert.equal(front['memory'], 128);
    const store = plain(recorder.inputs(container, 'registry-store')) as Record<string, unknown>;
    assert.equal(store['ports'], undefined);
    assert.equal(store['memory'], 1024);
  });
});

describe('ExternalRegistry', () => {
  const host = 'registry.example.com';
  const login = { username: 'team', password: 'given' };

  it('is where it is told, one account for every role, and makes nothing in the engine', async () => {
    const { recorder, registry } = await declare('external', { host, login });
    assert.equal(registry.address, host);
    assert.equal(registry.url, 'https://registry.example.com');
    assert.equal(registry.stepsUrl, 'https://registry.example.com');
    assert.equal(registry.behindGateway, undefined);
    assert.deepEqual(await valueOf(registry.logins), { pull: login, push: login, delete: login });
    assert.equal(await pulumi.isSecret(registry.logins), true);
    assert.deepEqual(
      recorder.resources.filter(({ type }) => type.startsWith('docker:')),
      [],
    );
  });

  it('is spoken to without encryption on loopback only, as engines do', async () => {
    assert.equal((await declare('external', { host: 'localhost:5600', login })).registry.url, 'http://localhost:5600');
    const { registry } = await declare('external', { host: '127.0.0.1:1', login, stepsUrl: 'http://other:5000' });
    assert.equal(registry.url, 'http://127.0.0.1:1');
    assert.equal(registry.stepsUrl, 'http://other:5000');
    assert.equal(
      (await declare('external', { host: 'localhost.example.com', login })).registry.url.slice(0, 6),
      'https:',
    );
  });

  it('has images below a namespace, and Docker Hub’s API is elsewhere', async () => {
    const { registry } = await declare('external', { host: 'harbor.example.com', namespace: 'shop', login });
    assert.equal(registry.address, 'harbor.example.com/shop');
    assert.equal(registry.url, 'https://harbor.example.com');
    const hub = (await declare('external', { host: 'docker.io', namespace: 'ann', login })).registry;
    assert.deepEqual([hub.address, hub.url], ['docker.io/ann', 'https://registry-1.docker.io']);
  });

  it('tries its login whenever that changes, without telling it', async () => {
    const check = async (password: string) => {
      const { recorder } = await declare('external', { host, login: { ...login, password } });
      return recorder.inputs(command, 'check-registry');
    };
    const [first, other] = [await check('given'), await check('another')];
    assert.equal(isSecret(first['stdin']), true);
    assert.deepEqual(stdinOf(first), { host, url: 'https://registry.example.com', login });
    assert.notDeepEqual(first['triggers'], other['triggers']);
    assert.ok(!JSON.stringify(first['triggers']).includes('given'));
  });
});

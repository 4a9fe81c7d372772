import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import { EmbeddedRegistry } from '../../components/registries/embedded';
import { healthCheck } from '../../components/health';
import { container, randomPassword, record, valueOf, volume } from './mocks';
import { held, plain, platformLabels } from './platform-args';

async function declare(over: { host?: string; username?: string; memory?: number } = {}) {
  const recorder = await record({ stack: 'platform' });
  const registry = new EmbeddedRegistry('registry', {
    instance: 'sluice',
    network: 'sluice-platform',
    image: 'registry:1',
    bind: '127.0.0.1',
    port: 5500,
    ...over,
  });
  await valueOf(registry.ready);
  await valueOf(registry.login);
  return { recorder, registry };
}

describe('EmbeddedRegistry', () => {
  it('tells where it is for engine, people and containers', async () => {
    const { registry } = await declare();
    assert.equal(registry.address, 'localhost:5500');
    assert.equal(registry.url, 'http://localhost:5500');
    assert.equal(registry.internalUrl, 'http://sluice-registry:5000');
    assert.equal(registry.containerName, 'sluice-registry');
    assert.equal((await declare({ host: 'build-1' })).registry.address, 'build-1:5500');
  });

  it('has one account with a generated password, which is secret', async () => {
    const { recorder, registry } = await declare();
    assert.deepEqual(recorder.inputs(randomPassword, 'registry-password'), { length: 24, special: false });
    assert.deepEqual(await valueOf(registry.login), {
      username: 'sluice-push',
      password: 'value of registry-password',
    });
    assert.equal(await pulumi.isSecret(registry.login), true);
  });

  it('keeps images in a volume of its own, behind a login, deletable, bound and limited', async () => {
    const { recorder } = await declare();
    assert.deepEqual(recorder.inputs(volume, 'registry'), {
      name: 'sluice-registry',
      labels: platformLabels('registry'),
    });
    assert.deepEqual(plain(recorder.inputs(container, 'registry')), {
      name: 'sluice-registry',
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
      uploads: [{ file: '/etc/sluice/htpasswd', content: 'sluice-push:hash of registry-password\n' }],
      labels: platformLabels('registry'),
      networksAdvanced: [{ name: 'sluice-platform' }],
      ports: [{ internal: 5000, external: 5500, ip: '127.0.0.1' }],
      volumes: [{ containerPath: '/var/lib/registry', volumeName: 'sluice-registry' }],
      ...held(256),
      waitTimeout: 60,
      destroyGraceSeconds: 10,
      healthcheck: healthCheck('test -w /var/lib/registry && timeout 4 wget -q -O /dev/null http://localhost:5000/'),
    });
  });

  it('takes another account name and more memory', async () => {
    const { recorder, registry } = await declare({ username: 'pusher', memory: 1024 });
    const inputs = plain(recorder.inputs(container, 'registry')) as Record<string, unknown>;
    assert.equal(inputs['memory'], 1024);
    assert.equal(inputs['memorySwap'], 1024);
    assert.deepEqual(inputs['uploads'], [
      { file: '/etc/sluice/htpasswd', content: 'pusher:hash of registry-password\n' },
    ]);
    assert.equal((await valueOf(registry.login)).username, 'pusher');
  });
});

import assert from 'node:assert/strict';
import type { ServiceSettings } from '../../config/schema/service';
import type { ActionInput } from '../../actions/contract';
import { haproxyConfig } from '../../clients/edge/haproxy';
import { releaseName } from '../../releases/names';
import {
  candidate,
  declare,
  digest,
  discounts,
  edged,
  hardening,
  label,
  name,
  settings,
  watch,
} from './environment-declared';
import { command, container, remoteImage, valueOf } from './mocks';
import { isSecret, plain, readOnlyRoot, stdinOf } from './platform-args';
import { access } from '../targets/store-home';

describe('Environment', () => {
  it('makes a network of its own', async () => {
    const { recorder } = await declare();
    assert.deepEqual(recorder.inputs('docker:index/network:Network', 'network'), {
      name: 'sluice-staging',
      labels: label('network'),
    });
  });

  it('runs a release under a name that carries its digest and settings, healthy before anything depends on it', async () => {
    const { recorder } = await declare();
    assert.deepEqual(recorder.inputs(remoteImage, 'discounts-3f2a91c0d4e5'), {
      name: `localhost:5500/discounts@${digest}`,
      keepLocally: true,
    });
    assert.deepEqual(recorder.inputs(container, name), {
      name: `sluice-staging-${name}`,
      image: `localhost:5500/discounts@${digest}`,
      envs: ['DISCOUNTS_URL=http://discounts'],
      labels: [
        ...label('release'),
        { label: 'sluice.service', value: 'discounts' },
        { label: 'sluice.digest', value: digest },
      ],
      networksAdvanced: [{ name: 'sluice-staging' }],
      memory: 256,
      memorySwap: 256,
      ...hardening,
      ...readOnlyRoot,
      volumes: [],
      wait: false,
      destroyGraceSeconds: 20,
      mustRun: true,
    });
  });

  it('gives a release with another health check another name', async () => {
    const health = { test: ['CMD', 'true'], intervalSeconds: 1, timeoutSeconds: 1, retries: 3 };
    const { recorder } = await declare([discounts({ health })]);
    const other = releaseName('discounts', digest, { ...settings, health });
    assert.notEqual(other, name);
    assert.deepEqual(recorder.inputs(container, other)['healthcheck'], {
      tests: ['CMD', 'true'],
      interval: '1s',
      timeout: '1s',
      retries: 3,
    });
  });

  it('keeps one name for a service that holds a volume, so that the old one goes first', async () => {
    const { recorder } = await declare([discounts({ strategy: 'recreate', volumes: { '/data': 'database' } })]);
    const inputs = recorder.inputs(container, 'discounts');
    assert.equal(inputs['name'], 'sluice-staging-discounts');
    assert.deepEqual(inputs['volumes'], [{ containerPath: '/data', volumeName: 'sluice-staging-database' }]);
  });

  it('starts what others wait for first, under its own name in the network, and no edge in front of it', async () => {
    const direct: ServiceSettings = {
      ...settings,
      containerPort: 5432,
      strategy: 'recreate',
      readOnly: false,
      volumes: { '/data': 'pg_data', '/certs': 'certs' },
      readOnlyVolumes: ['/certs'],
      command: ['postgres', '-c', 'fsync=on'],
      entrypoint: ['/entry'],
      user: '999:999',
      workingDir: '/data',
      hostname: 'db-1',
      stopSignal: 'SIGINT',
      aliases: ['postgres'],
      init: true,
      tmpfs: { '/run': 'size=16m' },
      extraHosts: { ldap: '10.0.0.5' },
      shmSize: 256,
      capabilities: ['CHOWN'],
      health: { test: ['CMD', 'true'], intervalSeconds: 1, timeoutSeconds: 1, retries: 3, startPeriodSeconds: 90 },
      secretEnv: { PASSWORD: 'p' },
      files: { '/a.conf': { content: 'a', mode: '0644' } },
      secretFiles: {
        '/run/secrets/b': { content: 'Yg==', encoding: 'base64', mode: '0400', owner: '999', group: '1' },
      },
    };
    const { recorder } = await declare([
      { ...discounts(), innerPort: true, dependsOn: { db: 'healthy' } },
      { name: 'db', digest, image: `db@${digest}`, settings: direct },
    ]);
    const inputs = recorder.inputs(container, 'db');
    // What holds a secret is one, the whole of it.
    assert.deepEqual([isSecret(inputs['envs']), isSecret(inputs['uploads'])], [true, true]);
    assert.deepEqual(plain(inputs), {
      name: 'sluice-staging-db',
      image: `db@${digest}`,
      envs: ['DISCOUNTS_URL=http://discounts', 'PASSWORD=p'],
      labels: [
        ...label('release'),
        { label: 'sluice.service', value: 'db' },
        { label: 'sluice.digest', value: digest },
      ],
      networksAdvanced: [{ name: 'sluice-staging', aliases: ['db', 'postgres'] }],
      memory: 256,
      memorySwap: 256,
      ...hardening,
      capabilities: { drops: ['ALL'], adds: ['CAP_CHOWN'] },
      tmpfs: { '/run': 'size=16m' },
      healthcheck: { tests: ['CMD', 'true'], interval: '1s', timeout: '1s', retries: 3, startPeriod: '90s' },
      command: ['postgres', '-c', 'fsync=on'],
      entrypoints: ['/entry'],
      user: '999:999',
      workingDir: '/data',
      hostname: 'db-1',
      stopSignal: 'SIGINT',
      init: true,
      hosts: [{ host: 'ldap', ip: '10.0.0.5' }],
      shmSize: 256,
      uploads: [
        { file: '/a.conf', content: 'a', permissions: '0644' },
        { file: '/run/secrets/b', contentBase64: 'Yg==', permissions: '0400', owner: '999', group: '1' },
      ],
      volumes: [
        { containerPath: '/data', volumeName: 'sluice-staging-pg_data' },
        { containerPath: '/certs', volumeName: 'sluice-staging-certs', readOnly: true },
      ],
      wait: false,
      destroyGraceSeconds: 20,
      mustRun: true,
    });
    const made = recorder.resources.map((resource) => resource.name);
    assert.ok(made.indexOf('db') < made.indexOf('db-healthy') && made.indexOf('db-healthy') < made.indexOf(name));
    assert.deepEqual(JSON.parse(String(recorder.inputs(command, 'db-healthy')['stdin'])), {
      service: 'db',
      container: 'sluice-staging-db',
      containerId: 'db-id',
      healthySeconds: 60,
    });
    assert.deepEqual(
      recorder.resources.filter(({ type }) => type === 'sluice:index:Edge').map((resource) => resource.name),
      ['edge-discounts'],
    );
    const { services } = stdinOf(
      recorder.inputs(command, 'configure-edges'),
    ) as unknown as ActionInput<'configure-edges'>;
    assert.deepEqual(services, [
      { service: 'discounts', containerId: 'edge-discounts-id', config: haproxyConfig({ ...edged, innerPort: 8080 }) },
    ]);
    const { routes } = stdinOf(recorder.inputs(command, 'cutover')) as unknown as ActionInput<'cutover'>;
    assert.deepEqual(
      routes.map(({ service, direct: alone }) => [service, alone]),
      [
        ['discounts', undefined],
        ['db', true],
      ],
    );
  });

  it('limits the processes of edge and releases before it switches to them', async () => {
    const { recorder } = await declare();
    assert.equal(
      recorder.inputs(command, 'process-limit')['stdin'],
      JSON.stringify({ containers: ['edge-discounts-id', `${name}-id`], limit: 512 }),
    );
    const commands = recorder.resources.filter(({ type }) => type === command).map((resource) => resource.name);
    assert.deepEqual(commands.sort(), ['configure-edges', 'cutover', 'prepare-edges', 'process-limit']);
    assert.equal(recorder.resources.filter(({ type }) => type === command).at(-1)?.name, 'cutover');
  });

  it('switches last, with the ids of edge and release among what makes it run again', async () => {
    const { recorder, environment } = await declare();
    const input = JSON.stringify({
      instance: 'sluice',
      environment: 'staging',
      network: 'sluice-staging',
      edge: 'sluice-staging-edge',
      edgeIds: { discounts: 'edge-discounts-id' },
      candidate,
      routes: [
        {
          service: 'discounts',
          release: name,
          container: `sluice-staging-${name}`,
          containerId: `${name}-id`,
          port: 8080,
          recreate: false,
          healthySeconds: 60,
        },
      ],
      gated: false,
      watch,
      drainSeconds: 30,
    });
    const { stdin, ...inputs } = recorder.inputs(command, 'cutover');
    assert.equal(isSecret(stdin), true);
    assert.deepEqual(stdinOf({ stdin }), { ...(JSON.parse(input) as object), ledger: access });
    assert.deepEqual(inputs, {
      create: 'node actions/run.cjs cutover',
      triggers: [input],
      logging: 'stderr',
    });
    assert.deepEqual(await valueOf(environment.deployed), { candidate, containers: { discounts: 'c' } });
  });
});

import * as assert from 'node:assert/strict';
import { docker } from '../../../clients/docker/docker';
import { holdsSecret, secret, type Properties } from '../../../toolchain/plugins/serving/values';
import { halfMade, shown } from './client';
import { failure, inputs, started, type } from './containers';
import { eachPlugin } from './executables';
import { image, look, prefix } from './machine';

eachPlugin('docker', 'plugins: a container is made', (executable) => {
  const client = started(executable);

  describe('made', () => {
    it('as its inputs say', async () => {
      const made = await client().create(
        type,
        inputs({
          envs: ['A=1'],
          labels: [{ label: 'a', value: '1' }],
          memory: 32,
          memorySwap: 48,
          cpus: '0.5',
          user: '7:8',
          init: true,
          readOnly: true,
          tmpfs: { '/tmp': 'size=1m' },
          capabilities: { drops: ['ALL'], adds: ['CAP_CHOWN'] },
          securityOpts: ['no-new-privileges:true'],
          restart: 'on-failure',
          maxRetryCount: 5,
          logOpts: { 'max-size': '1m' },
          logDriver: 'json-file',
          stopSignal: 'SIGINT',
          hosts: [{ host: 'x.test', ip: '127.0.0.9' }],
          groupAdds: ['9'],
          hostname: 'it',
          shmSize: 8,
          sysctls: { 'net.core.somaxconn': '99' },
        }),
      );
      const config = JSON.parse(await look(made.id, '{{json .Config}}')) as Record<string, unknown>;
      const host = JSON.parse(await look(made.id, '{{json .HostConfig}}')) as Record<string, unknown>;
      assert.deepEqual(config['Cmd'], ['sleep', '600']);
      assert.ok((config['Env'] as string[]).includes('A=1'));
      // The image's own labels are the container's too.
      const own = Object.entries(config['Labels'] as object).filter(([name]) => !name.startsWith('sluice.'));
      assert.deepEqual(own, [['a', '1']]);
      assert.deepEqual([config['User'], config['StopSignal'], config['Hostname']], ['7:8', 'SIGINT', 'it']);
      assert.deepEqual([host['Memory'], host['MemorySwap'], host['NanoCpus']], [33554432, 50331648, 500000000]);
      assert.deepEqual([host['Init'], host['ReadonlyRootfs'], host['ShmSize']], [true, true, 8388608]);
      assert.deepEqual([host['CapAdd'], host['CapDrop']], [['CAP_CHOWN'], ['ALL']]);
      assert.deepEqual([host['SecurityOpt'], host['GroupAdd']], [['no-new-privileges:true'], ['9']]);
      assert.deepEqual(host['RestartPolicy'], { Name: 'on-failure', MaximumRetryCount: 5 });
      assert.deepEqual(host['LogConfig'], { Type: 'json-file', Config: { 'max-size': '1m' } });
      assert.deepEqual([host['Tmpfs'], host['ExtraHosts']], [{ '/tmp': 'size=1m' }, ['x.test:127.0.0.9']]);
      await client().delete(type, made);
    });

    it('in networks with aliases, and not in the default one', async () => {
      const network = await client().create('docker:index/network:Network', { name: `${prefix}-net` });
      const made = await client().create(
        type,
        inputs({ networksAdvanced: [{ name: `${prefix}-net`, aliases: ['web'] }] }),
      );
      const networks = JSON.parse(await look(made.id, '{{json .NetworkSettings.Networks}}')) as Record<
        string,
        { Aliases: string[] }
      >;
      assert.deepEqual(Object.keys(networks), [`${prefix}-net`]);
      assert.ok(networks[`${prefix}-net`]?.Aliases.includes('web'));
      const [data] = shown(made)['networkDatas'] as { networkName: string; ipAddress: string }[];
      assert.equal(data?.networkName, `${prefix}-net`);
      await client().delete(type, made);
      await client().delete('docker:index/network:Network', network);
    });

    it('with files put into it before it starts', async () => {
      const uploads: Properties[] = [
        { file: '/data/text', content: 'hello' },
        { file: '/data/run', contentBase64: Buffer.from('#!/bin/sh\necho ran').toString('base64'), executable: true },
        { file: '/data/mine', content: 'x', permissions: '0600' },
      ];
      const made = await client().create(type, inputs({ uploads }));
      const stat = (file: string): Promise<string> =>
        docker(['exec', made.id, 'stat', '-c', '%a %u %g', file]).then(({ stdout }) => stdout.trim());
      assert.equal((await docker(['exec', made.id, 'cat', '/data/text'])).stdout, 'hello');
      assert.equal((await docker(['exec', made.id, '/data/run'])).stdout, 'ran\n');
      assert.deepEqual([await stat('/data/text'), await stat('/data/run')], ['644 0 0', '744 0 0']);
      assert.equal(await stat('/data/mine'), '600 0 0');
      await client().delete(type, made);
    });

    it('with its output when it is attached', async () => {
      const made = await client().create(
        type,
        inputs({ command: ['sh', '-c', 'echo out; echo err >&2'], attach: true, logs: true, mustRun: false }),
      );
      assert.deepEqual((shown(made)['containerLogs'] as string).split('\n').sort(), ['', 'err', 'out']);
      assert.equal(shown(made)['exitCode'], 0);
      await client().delete(type, made);
    });

    it('with a name of its own when it has none', async () => {
      const nameless = { image };
      const checked = await client().check(type, nameless);
      assert.match(checked['name'] as string, /^it-[0-9a-f]{7}$/);
      assert.equal((await client().check(type, nameless, checked))['name'], checked['name']);
    });
  });

  describe('waited for', () => {
    const healthcheck = (test: string): Properties => ({
      tests: ['CMD', test],
      interval: '1s',
      timeout: '2s',
      retries: 1,
    });

    it('until it is healthy', async () => {
      const made = await client().create(
        type,
        inputs({ wait: true, waitTimeout: 30, healthcheck: healthcheck('true') }),
      );
      assert.equal(await look(made.id, '{{.State.Health.Status}}'), 'healthy');
      await client().delete(type, made);
    });

    it('in vain: it stays in state, and the next update takes it as it is', async () => {
      const unhealthy = inputs({ wait: true, waitTimeout: 2, healthcheck: healthcheck('false') });
      const error = await failure(client().create(type, unhealthy));
      const half = halfMade(error);
      assert.match(half?.reasons.join() ?? '', /container failed to be in healthy state/);
      assert.equal(await look(half?.id ?? '', '{{.State.Running}}'), 'true');
      await docker(['rm', '-f', half?.id ?? '']);
    });

    it('without a health check: refused', async () => {
      const half = halfMade(await failure(client().create(type, inputs({ wait: true }))));
      assert.match(half?.reasons.join() ?? '', /does not have a healthcheck defined/);
      await docker(['rm', '-f', half?.id ?? '']);
    });
  });

  describe('with secrets', () => {
    it('keeps them secret in its state, and nothing else', async () => {
      const made = await client().create(type, inputs({ envs: [secret('PASSWORD=x'), 'A=1'] }));
      const secretKeys = Object.entries(made.state).filter(([, value]) => holdsSecret(value));
      assert.deepEqual(
        secretKeys.map(([key]) => key),
        ['envs'],
      );
      const read = await client().read(type, made);
      assert.equal(holdsSecret(read?.state['envs']), true);
      assert.equal(holdsSecret(read?.inputs['envs']), true);
      await client().delete(type, made);
    });
  });
});

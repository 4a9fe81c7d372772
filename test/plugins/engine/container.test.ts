import * as assert from 'node:assert/strict';
import { docker } from '../../../engine/docker';
import { holdsSecret, secret, type Properties } from '../../../toolchain/plugins/serving/values';
import { halfMade, PluginClient, shown } from './client';
import { image, look, prefix, setUp, tearDown } from './machine';

const type = 'docker:index/container:Container';

describe('plugins: a container', function () {
  this.timeout(120_000);
  let client: PluginClient;
  let count = 0;

  before(async () => {
    await setUp();
    client = await PluginClient.start('docker');
  });
  after(async () => {
    client.stop();
    await tearDown();
  });

  const inputs = (more: Properties = {}): Properties => ({
    name: `${prefix}-container-${++count}`,
    image,
    command: ['sleep', '600'],
    ...more,
  });
  const failure = async (work: Promise<unknown>): Promise<Error> => {
    try {
      await work;
    } catch (error) {
      return error as Error;
    }
    throw new Error('it succeeded');
  };

  describe('made', () => {
    it('as its inputs say', async () => {
      const made = await client.create(
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
      await client.delete(type, made);
    });

    it('in networks with aliases, and not in the default one', async () => {
      const network = await client.create('docker:index/network:Network', { name: `${prefix}-net` });
      const made = await client.create(
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
      await client.delete(type, made);
      await client.delete('docker:index/network:Network', network);
    });

    it('with files put into it before it starts', async () => {
      const uploads: Properties[] = [
        { file: '/data/text', content: 'hello' },
        { file: '/data/run', contentBase64: Buffer.from('#!/bin/sh\necho ran').toString('base64'), executable: true },
        { file: '/data/mine', content: 'x', permissions: '0600', owner: '7', group: '8' },
      ];
      const made = await client.create(type, inputs({ uploads }));
      const stat = (file: string): Promise<string> =>
        docker(['exec', made.id, 'stat', '-c', '%a %u %g', file]).then(({ stdout }) => stdout.trim());
      assert.equal((await docker(['exec', made.id, 'cat', '/data/text'])).stdout, 'hello');
      assert.equal((await docker(['exec', made.id, '/data/run'])).stdout, 'ran\n');
      assert.deepEqual([await stat('/data/text'), await stat('/data/run')], ['644 0 0', '744 0 0']);
      assert.equal(await stat('/data/mine'), '600 7 8');
      await client.delete(type, made);
    });

    it('with its output when it is attached', async () => {
      const made = await client.create(
        type,
        inputs({ command: ['sh', '-c', 'echo out; echo err >&2'], attach: true, logs: true, mustRun: false }),
      );
      assert.deepEqual((shown(made)['containerLogs'] as string).split('\n').sort(), ['', 'err', 'out']);
      assert.equal(shown(made)['exitCode'], 0);
      await client.delete(type, made);
    });

    it('with a name of its own when it has none', async () => {
      const nameless = { image };
      const checked = await client.check(type, nameless);
      assert.match(checked['name'] as string, /^it-[0-9a-f]{7}$/);
      assert.equal((await client.check(type, nameless, checked))['name'], checked['name']);
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
      const made = await client.create(type, inputs({ wait: true, waitTimeout: 30, healthcheck: healthcheck('true') }));
      assert.equal(await look(made.id, '{{.State.Health.Status}}'), 'healthy');
      await client.delete(type, made);
    });

    it('in vain: it stays in state, and the next update takes it as it is', async () => {
      const unhealthy = inputs({ wait: true, waitTimeout: 2, healthcheck: healthcheck('false') });
      const error = await failure(client.create(type, unhealthy));
      const half = halfMade(error);
      assert.match(half?.reasons.join() ?? '', /container failed to be in healthy state/);
      assert.equal(await look(half?.id ?? '', '{{.State.Running}}'), 'true');
      await docker(['rm', '-f', half?.id ?? '']);
    });

    it('ends at once when it has ended', async () => {
      const ending = inputs({
        command: ['sh', '-c', 'exit 3'],
        wait: true,
        waitTimeout: 600,
        healthcheck: healthcheck('true'),
      });
      const half = halfMade(await failure(client.create(type, ending)));
      assert.match(half?.reasons.join() ?? '', /container failed to be in healthy state/);
      await docker(['rm', '-f', half?.id ?? '']);
    });

    it('without a health check: refused', async () => {
      const half = halfMade(await failure(client.create(type, inputs({ wait: true }))));
      assert.match(half?.reasons.join() ?? '', /does not have a healthcheck defined/);
      await docker(['rm', '-f', half?.id ?? '']);
    });
  });

  describe('changed', () => {
    it('applies limits and restart policy to the same container', async () => {
      const before = inputs({ memory: 32, memorySwap: 32 });
      const made = await client.create(type, before);
      const updated = await client.update(type, made, { ...before, memory: 48, memorySwap: 64, restart: 'always' });
      const template = '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.RestartPolicy.Name}}';
      assert.equal(await look(made.id, template), '50331648 67108864 always');
      assert.deepEqual([shown(updated)['memory'], shown(updated)['restart']], [48, 'always']);
      await client.delete(type, updated);
    });

    it('says so of a health check, and does not apply it', async () => {
      const healthcheck = { tests: ['CMD', 'true'], interval: '10s' };
      const made = await client.create(type, inputs({ healthcheck }));
      const news = { ...made.inputs, healthcheck: { ...healthcheck, interval: '20s' } };
      const updated = await client.update(type, made, news);
      assert.equal(await look(made.id, '{{.Config.Healthcheck.Interval}}'), '10s');
      assert.equal((shown(updated)['healthcheck'] as { interval: string }).interval, '20s');
      await client.delete(type, updated);
    });
  });

  describe('looked at again', () => {
    it('is gone when it was removed', async () => {
      const made = await client.create(type, inputs());
      await docker(['rm', '-f', made.id]);
      assert.equal(await client.read(type, made), undefined);
      await client.delete(type, made);
    });

    it('reads as not running when it was stopped, and is started by the next update', async () => {
      const before = inputs();
      const made = await client.create(type, before);
      await docker(['stop', '-t', '0', made.id]);
      assert.equal((await client.diff(type, made, before)).changes, false);
      const read = await client.read(type, made);
      assert.ok(read);
      assert.equal(shown(read)['mustRun'], false);
      assert.deepEqual((await client.diff(type, read, before)).changed, ['mustRun']);
      await client.update(type, read, before);
      assert.equal(await look(made.id, '{{.State.Running}}'), 'true');
      await client.delete(type, made);
    });

    it('is replaced by the next update when it was stopped and publishes ports', async () => {
      const before = inputs({ ports: [{ internal: 80, ip: '127.0.0.1' }] });
      const made = await client.create(type, before);
      await docker(['stop', '-t', '0', made.id]);
      const read = await client.read(type, made);
      assert.ok(read);
      assert.deepEqual((await client.diff(type, read, before)).replaces, ['ports']);
      await client.delete(type, made);
    });

    it('is left alone when it need not run', async () => {
      const before = inputs({ mustRun: false });
      const made = await client.create(type, before);
      await docker(['stop', '-t', '0', made.id]);
      const read = await client.read(type, made);
      assert.ok(read);
      assert.equal((await client.diff(type, read, before)).changes, false);
      await client.delete(type, made);
    });

    it('is imported by its id', async () => {
      const made = await client.create(type, inputs({ user: '7' }));
      const imported = await client.read(type, { id: made.id, inputs: {}, state: {} });
      assert.ok(imported);
      assert.deepEqual(
        [imported.inputs['name'], imported.inputs['image'], imported.inputs['user'], imported.inputs['command']],
        [made.inputs['name'], image, '7', ['sleep', '600']],
      );
      await client.delete(type, made);
    });
  });

  describe('deleted', () => {
    const farewell =
      'trap "sleep 1; echo bye > /v/bye; exit 0" TERM; echo ready > /v/ready; while true; do sleep 1 & wait; done';

    for (const [grace, expected] of [
      [10, 'bye\n'],
      [undefined, ''],
    ] as const) {
      it(`${grace === undefined ? 'is killed at once' : 'may end by itself'} with destroyGraceSeconds = ${grace}`, async () => {
        const volume = `${prefix}-volume-${grace}`;
        const made = await client.create(
          type,
          inputs({
            command: ['sh', '-c', farewell],
            volumes: [{ volumeName: volume, containerPath: '/v' }],
            healthcheck: { tests: ['CMD', 'stat', '/v/ready'], interval: '1s' },
            wait: true,
            ...(grace === undefined ? {} : { destroyGraceSeconds: grace }),
          }),
        );
        await client.delete(type, made);
        const left = await docker(['run', '--rm', '-v', `${volume}:/v`, image, 'cat', '/v/bye'], {
          allowFailure: true,
        });
        assert.equal(left.stdout, expected);
      });
    }
  });

  describe('with secrets', () => {
    it('keeps them secret in its state, and nothing else', async () => {
      const made = await client.create(type, inputs({ envs: [secret('PASSWORD=x'), 'A=1'] }));
      const secretKeys = Object.entries(made.state).filter(([, value]) => holdsSecret(value));
      assert.deepEqual(
        secretKeys.map(([key]) => key),
        ['envs'],
      );
      const read = await client.read(type, made);
      assert.equal(holdsSecret(read?.state['envs']), true);
      assert.equal(holdsSecret(read?.inputs['envs']), true);
      await client.delete(type, made);
    });
  });

  describe('refused', () => {
    it('for a property that is not served, by its name', async () => {
      const error = await failure(client.check(type, inputs({ gpus: 'all' })));
      assert.match(error.message, /^gpus: "gpus" is not served by this plugin/);
    });

    it('for a type that is not served, by its name', async () => {
      const error = await failure(client.check('docker:index/service:Service', {}));
      assert.match(error.message, /does not serve the resource type docker:index\/service:Service; it serves/);
    });
  });
});

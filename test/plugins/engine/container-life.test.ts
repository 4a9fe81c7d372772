import * as assert from 'node:assert/strict';
import { docker } from '../../../clients/docker/docker';
import { shown } from './client';
import { inputs, started, type } from './containers';
import { eachPlugin } from './executables';
import { image, look, prefix } from './machine';

eachPlugin('docker', 'plugins: a container that was made', (executable) => {
  const client = started(executable);

  describe('changed', () => {
    it('applies limits and restart policy to the same container', async () => {
      const before = inputs({ memory: 32, memorySwap: 32 });
      const made = await client().create(type, before);
      const updated = await client().update(type, made, { ...before, memory: 48, memorySwap: 64, restart: 'always' });
      const template = '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.RestartPolicy.Name}}';
      assert.equal(await look(made.id, template), '50331648 67108864 always');
      assert.deepEqual([shown(updated)['memory'], shown(updated)['restart']], [48, 'always']);
      await client().delete(type, updated);
    });

    it('says so of a health check, and does not apply it', async () => {
      const healthcheck = { tests: ['CMD', 'true'], interval: '10s' };
      const made = await client().create(type, inputs({ healthcheck }));
      const news = { ...made.inputs, healthcheck: { ...healthcheck, interval: '20s' } };
      const updated = await client().update(type, made, news);
      assert.equal(await look(made.id, '{{.Config.Healthcheck.Interval}}'), '10s');
      assert.equal((shown(updated)['healthcheck'] as { interval: string }).interval, '20s');
      await client().delete(type, updated);
    });
  });

  describe('looked at again', () => {
    it('is gone when it was removed', async () => {
      const made = await client().create(type, inputs());
      await docker(['rm', '-f', made.id]);
      assert.equal(await client().read(type, made), undefined);
      await client().delete(type, made);
    });

    it('reads as not running when it was stopped, and is started by the next update', async () => {
      const before = inputs();
      const made = await client().create(type, before);
      await docker(['stop', '-t', '0', made.id]);
      assert.equal((await client().diff(type, made, before)).changes, false);
      const read = await client().read(type, made);
      assert.ok(read);
      assert.equal(shown(read)['mustRun'], false);
      assert.deepEqual((await client().diff(type, read, before)).changed, ['mustRun']);
      await client().update(type, read, before);
      assert.equal(await look(made.id, '{{.State.Running}}'), 'true');
      await client().delete(type, made);
    });

    it('is replaced by the next update when it was stopped and publishes ports', async () => {
      const before = inputs({ ports: [{ internal: 80, ip: '127.0.0.1' }] });
      const made = await client().create(type, before);
      await docker(['stop', '-t', '0', made.id]);
      const read = await client().read(type, made);
      assert.ok(read);
      assert.deepEqual((await client().diff(type, read, before)).replaces, ['ports']);
      await client().delete(type, made);
    });

    it('is left alone when it need not run', async () => {
      const before = inputs({ mustRun: false });
      const made = await client().create(type, before);
      await docker(['stop', '-t', '0', made.id]);
      const read = await client().read(type, made);
      assert.ok(read);
      assert.equal((await client().diff(type, read, before)).changes, false);
      await client().delete(type, made);
    });

    it('is imported by its id', async () => {
      const made = await client().create(type, inputs({ user: '7' }));
      const imported = await client().read(type, { id: made.id, inputs: {}, state: {} });
      assert.ok(imported);
      assert.deepEqual(
        [imported.inputs['name'], imported.inputs['image'], imported.inputs['user'], imported.inputs['command']],
        [made.inputs['name'], image, '7', ['sleep', '600']],
      );
      await client().delete(type, made);
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
        const made = await client().create(
          type,
          inputs({
            command: ['sh', '-c', farewell],
            volumes: [{ volumeName: volume, containerPath: '/v' }],
            healthcheck: { tests: ['CMD', 'stat', '/v/ready'], interval: '1s' },
            wait: true,
            ...(grace === undefined ? {} : { destroyGraceSeconds: grace }),
          }),
        );
        await client().delete(type, made);
        const left = await docker(['run', '--rm', '-v', `${volume}:/v`, image, 'cat', '/v/bye'], {
          allowFailure: true,
        });
        assert.equal(left.stdout, expected);
      });
    }
  });
});

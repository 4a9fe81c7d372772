import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { docker, dockerExec } from '../../clients/docker/docker';
import { edgeFolder } from '../../clients/edge/haproxy';
import { freePort } from '../config/compose/free-port';
import { EdgeWorld } from './world';

const health = {
  test: ['CMD', 'node', '-e', "fetch('http://127.0.0.1:8079').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"],
  intervalSeconds: 1,
  retries: 2,
};

/** An edge that is new, in any of its parts, serves what was last switched to, whatever becomes of the update that has made it. */
describe('RoutelessEdge: an edge that starts', function () {
  this.timeout(240_000);
  let world: EdgeWorld;
  let port: number;
  /** The service, behind a gate. @param more keys of it */
  const service = (more: Record<string, unknown> = {}): void => {
    world.services['web'] = { repository: 'shop', port, health, healthySeconds: 10, ...more };
  };
  before(async () => {
    world = await EdgeWorld.make('routeless');
    port = await freePort();
    world.config = { promotesFrom: 'before', gate: [] };
    service();
    await world.offer('one');
    await world.up();
    assert.equal(await answer(), '200 one');
  });
  after(() => world.end());

  /** What people get, once the edge is there. */
  async function answer(): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const got = await world.ask(port).catch(() => 'nobody');
      if (got !== 'nobody' || attempt === 100) return got;
      await sleep(100);
    }
  }

  it('anew, has its route', async () => {
    await docker(['rm', '--force', world.edge('web')]);
    await world.up({ refresh: true });
    assert.equal(await answer(), '200 one');
  });

  it('with a port of its own while its gate refuses, has its route', async () => {
    await world.offer('two');
    world.config = { promotesFrom: 'before', gate: [{ name: 'shop', type: 'http', service: 'web', path: '/' }] };
    port = await freePort();
    service();
    assert.match(await world.failedUp(), /does not serve what it has deployed/);
    assert.equal(await answer(), '200 one');
  });

  it('on a lost volume while its gate refuses, has what the ledger tells', async () => {
    await docker(['rm', '--force', world.edge('web')]);
    await docker(['volume', 'rm', world.edge('web')]);
    assert.match(await world.failedUp({ refresh: true }), /does not serve what it has deployed/);
    assert.equal(await answer(), '200 one');
  });

  it('on an emptied volume, waits, and has what the ledger tells before anything is updated', async () => {
    await dockerExec(world.edge('web'), ['sh', '-c', `rm ${edgeFolder}/routes ${edgeFolder}/haproxy.cfg`]);
    assert.deepEqual(await world.restore(), ['web']);
    assert.deepEqual(await world.restore(), []);
    await dockerExec(world.edge('web'), ['sh', '-c', `rm ${edgeFolder}/routes`]);
    await docker(['restart', world.edge('web')]);
    assert.equal(await world.ask(port).catch(() => 'nobody'), 'nobody');
    assert.deepEqual(await world.restore(), ['web']);
    assert.equal(await answer(), '200 one');
  });

  it('with a port of its own beside a candidate that does not become healthy, has its route', async () => {
    world.config = { promotesFrom: 'before', gate: [] };
    port = await freePort();
    service({ env: { ILL: '1' } });
    assert.match(await world.failedUp(), /is unhealthy/);
    assert.equal(await answer(), '200 one');
    service();
    await world.up();
    assert.equal(await answer(), '200 two');
  });
});

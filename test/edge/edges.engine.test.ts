import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { docker } from '../../clients/docker/docker';
import { freePort } from '../config/compose/free-port';
import { Held, Load } from '../cutover/load';
import { long } from '../long';
import { EdgeWorld } from './world';

/** What an environment's edges do when its configuration changes, through Pulumi and with people at work. */
describe('edges of an environment', function () {
  this.timeout(240_000);
  let world: EdgeWorld;
  const port: Record<string, number> = {};
  before(async () => {
    world = await EdgeWorld.make('edges');
    for (const name of ['first', 'other', 'third', 'moved']) port[name] = await freePort();
    world.service('first', port['first'] ?? 0);
    world.service('other', port['other'] ?? 0, { innerPort: true });
    await world.up();
  });
  after(() => world.end());

  const ask = (service: string, address?: string): Promise<string> => world.ask(port[service] ?? 0, address);
  /** Does something while people ask for a service, 200 times a second, and holds a connection. @returns what was lost */
  async function underLoad(service: string, act: () => Promise<void>): Promise<void> {
    const url = `http://127.0.0.1:${port[service]}`;
    const held = await Held.open(url);
    const load = new Load(() => url, { perSecond: 200, slowMilliseconds: 1000 });
    try {
      await act();
    } finally {
      const { failures, moments, requests } = await load.end();
      assert.deepEqual(failures, {}, moments.join('\n'));
      assert.ok(requests > 200, `${requests} requests`);
    }
    assert.equal(await held.echo('still here'), 'still here');
    held.end();
  }

  it('is one for each service, and changes nothing the second time', async () => {
    assert.equal(await ask('first'), '200 first');
    assert.equal(await ask('other'), '200 other');
    await world.unchanged();
  });

  it('answers inside by the service’s name: on 80, and on the container port where that is wanted', async () => {
    assert.equal(await world.askInside('first', 'http://other/'), 'other');
    assert.equal(await world.askInside('first', 'http://other:8080/'), 'other');
    assert.equal(await world.askInside('first', 'http://first/'), 'first');
    assert.equal(await world.askInside('first', 'http://first:8080/'), 'nothing');
  });

  it('ServiceAdded, ServiceRemoved: takes no connection of another service along', async () => {
    const before = await world.edgeId('first');
    await underLoad('first', async () => {
      world.service('third', port['third'] ?? 0);
      await world.up();
      assert.equal(await ask('third'), '200 third');
      Reflect.deleteProperty(world.services, 'third');
      await world.up();
    });
    assert.equal(await world.edgeId('first'), before);
    assert.equal((await docker(['volume', 'ls', '--quiet', '--filter', `name=${world.edge('third')}`])).stdout, '');
  });

  it('PortChanged: replaces the edge of that service alone, which goes on with what it served', async () => {
    const [first, other] = [await world.edgeId('first'), await world.edgeId('other')];
    await underLoad('first', async () => {
      port['other'] = port['moved'] ?? 0;
      world.service('other', port['other'], { innerPort: true });
      await world.up();
    });
    assert.equal(await world.edgeId('first'), first);
    assert.notEqual(await world.edgeId('other'), other);
    assert.equal(await ask('other'), '200 other');
  });

  it('ServiceRenamed: on the same port goes on with what was served there, until its own release is', async () => {
    world.service('third', port['third'] ?? 0);
    await world.up();
    assert.equal(await ask('third'), '200 third');
    Reflect.deleteProperty(world.services, 'third');
    world.service('renamed', port['third'] ?? 0);
    const load = new Load(() => `http://127.0.0.1:${port['third']}`, { perSecond: 100, slowMilliseconds: 0 });
    await world.up();
    const { failures, moments } = await load.end();
    // While the port moves from edge to edge nobody listens; an edge without a route would answer 503.
    const answers = Object.keys(failures).filter((failure) => failure.startsWith('status'));
    assert.deepEqual(answers, [], moments.join('\n'));
    assert.equal(await ask('third'), '200 renamed');
    Reflect.deleteProperty(world.services, 'renamed');
    await world.up();
  });

  it('loses nothing of a service that gets another container port, an inner port, and other times', async () => {
    const before = await world.edgeId('first');
    await underLoad('first', async () => {
      world.service('first', port['first'] ?? 0, { innerPort: true, requestSeconds: 7200 });
      await world.up();
    });
    world.service('first', port['first'] ?? 0, { containerPort: 9999, innerPort: true, env: { PORT: '9999' } });
    const url = `http://127.0.0.1:${port['first']}`;
    const load = new Load(() => url, { perSecond: 200, slowMilliseconds: 0 });
    await world.up();
    assert.deepEqual((await load.end()).failures, {});
    assert.equal(await world.edgeId('first'), before);
    assert.equal(await ask('first'), '200 first');
    assert.equal(await world.askInside('other', 'http://first:9999/'), 'first');
  });

  it('SlowAnswer: gives an answer the time that its service says, and 504 after it', async () => {
    world.service('other', port['other'] ?? 0, { requestSeconds: 4, idleSeconds: 2 });
    await world.up();
    assert.equal(await ask('other', '/?ms=3000'), '200 other');
    assert.match(await ask('other', '/?ms=6000'), /^504 /);
  });

  long(
    'SlowAnswer: an answer of 90 s, and a stream and a WebSocket that are silent for 90 s, go through by default',
    async () => {
      world.service('other', port['other'] ?? 0);
      await world.up();
      const held = await Held.open(`http://127.0.0.1:${port['other']}`);
      const answers = await Promise.all([ask('other', '/?ms=90000'), ask('other', '/stream?ms=90000'), sleep(91_000)]);
      assert.deepEqual(answers.slice(0, 2), ['200 other', '200 begun other']);
      assert.equal(await held.echo('still here'), 'still here');
      held.end();
    },
  );

  it('changes nothing the second time after all that', () => world.unchanged());
});

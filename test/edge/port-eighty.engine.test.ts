import assert from 'node:assert/strict';
import { EdgeWorld } from './world';

/** An address of the loopback whose port 80 nobody has. */
const bind = '127.0.0.80';

describe('PortEighty: any port', function () {
  this.timeout(240_000);
  let world: EdgeWorld;
  before(async () => {
    world = await EdgeWorld.make('eighty');
    world.config = { bind };
    world.service('first', 80, { containerPort: 80, innerPort: true, env: { PORT: '80' } });
    world.service('other', 8080, { containerPort: 9999, innerPort: true, env: { PORT: '9999' } });
    world.service('third', 9999, { containerPort: 8080, innerPort: true });
    await world.up();
  });
  after(() => world.end());

  it('is as good as every other one, of the host and of a container: no answer is an error', async () => {
    for (const [port, name] of [
      [80, 'first'],
      [8080, 'other'],
      [9999, 'third'],
    ] as const)
      for (let request = 0; request < 40; request++) assert.equal(await world.ask(port, '/', bind), `200 ${name}`);
  });

  it('is each service’s own inside the environment', async () => {
    for (const [address, name] of [
      ['http://first/', 'first'],
      ['http://other:9999/', 'other'],
      ['http://third:8080/', 'third'],
      ['http://third/', 'third'],
    ] as const)
      assert.equal(await world.askInside('first', address), name, address);
  });

  it('moves from one service to another in one update, or in the next', async () => {
    world.service('first', 8080, { containerPort: 80, innerPort: true, env: { PORT: '80' } });
    world.service('other', 80, { containerPort: 9999, innerPort: true, env: { PORT: '9999' } });
    // As every verb does, which tries once more when a port is in the way.
    if ((await world.failedUp()) !== 'it succeeded') await world.up({ refresh: true });
    assert.equal(await world.ask(80, '/', bind), '200 other');
    assert.equal(await world.ask(8080, '/', bind), '200 first');
  });
});

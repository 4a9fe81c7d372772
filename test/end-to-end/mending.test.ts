import * as assert from 'node:assert/strict';
import { docker } from '../../engine/docker';
import { releasesOf, runningChecks, theRelease, until } from './engine';
import { pushVariant } from './images';
import { setIn } from './isolate';
import { digestIn, statusOf } from './shop';
import { theWorld, type World } from './world';

describe('6: after harm and after a kill', function () {
  this.timeout(12 * 60_000);
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  /** Kills a run and everything it started in its process group, as a closed terminal or a crash would. */
  async function kill(run: ReturnType<World['start']>): Promise<void> {
    process.kill(-(run.child.pid ?? 0), 'SIGKILL');
    await run.ended;
  }

  it('a container removed by hand comes back with the same digest', async () => {
    const before = await theRelease('production', 'discounts');
    await docker(['rm', '--force', before.Id]);
    const { code, all } = await world.run('up', 'production');
    assert.equal(code, 0, all);
    const after = await theRelease('production', 'discounts');
    assert.notEqual(after.Id, before.Id);
    assert.equal(after.Config.Labels?.['sluice.digest'], before.Config.Labels?.['sluice.digest']);
  });

  it('killed while it builds, up ends well when run again', async () => {
    world.edit('storedog/frontend/package.json', (text) => text.replace(/"description": "/, '"description": "Anew: '));
    const run = world.start('up', 'platform');
    await until(() => Promise.resolve(world.pending('platform').includes('build-frontend') ? true : undefined));
    await kill(run);
    const again = await world.run('up');
    assert.equal(again.code, 0, again.all);
    const status = await statusOf(world);
    assert.equal(status.environments['production']?.services['frontend']?.healthy, true);
  });

  it('killed while a release becomes healthy, up ends well when run again', async () => {
    const digest = await pushVariant(world, 'staging', { name: 'slow', startSeconds: 8 });
    const run = world.start('up', 'staging');
    await until(async () =>
      (await releasesOf('staging', 'discounts')).find(({ State }) => State.Health?.Status === 'starting'),
    );
    await kill(run);
    const again = await world.run('up', 'staging');
    assert.equal(again.code, 0, again.all);
    assert.equal((await theRelease('staging', 'discounts')).Config.Labels?.['sluice.digest'], digest);
  });

  it('killed in the gate, up ends well when run again', async () => {
    const run = world.start('up', 'production');
    await until(async () => (await runningChecks())[0]);
    await kill(run);
    const again = await world.run('up', 'production');
    assert.equal(again.code, 0, again.all);
    const status = await statusOf(world);
    assert.equal(digestIn(status, 'production'), digestIn(status, 'staging'));
    assert.equal((await releasesOf('production', 'discounts')).length, 1);
  });

  it('changing the gate alone runs the gate again and restarts nothing', async () => {
    const before = await Promise.all(['discounts', 'frontend'].map((service) => theRelease('production', service)));
    const tested = (await statusOf(world)).environments['production']?.gate?.checkedAt;
    setIn(world.clone, 'production', ['sluice:gate', '1', 'maxSeconds'], 20);
    const { code, all } = await world.run('up', 'production');
    assert.equal(code, 0, all);
    const gate = (await statusOf(world)).environments['production']?.gate;
    assert.equal(gate?.verdict, 'passed');
    assert.notEqual(gate.checkedAt, tested);
    for (const { Config, same } of before) {
      assert.equal((await theRelease('production', Config.Labels?.['sluice.service'] ?? '')).same, same);
    }
  });
});

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

  it('a container removed by hand comes back with the same digest', async () => {
    const before = await theRelease('production', 'frontend');
    await docker(['rm', '--force', before.Id]);
    const { code, all } = await world.run('up', 'production');
    assert.equal(code, 0, all);
    const after = await theRelease('production', 'frontend');
    assert.notEqual(after.Id, before.Id);
    assert.equal(after.Config.Labels?.['sluice.digest'], before.Config.Labels?.['sluice.digest']);
  });

  it('an unknown verdict was sought again on the way, and let the candidate through', async () => {
    const status = await statusOf(world);
    assert.equal(status.environments['production']?.gate?.verdict, 'passed');
    assert.equal(digestIn(status, 'production'), digestIn(status, 'staging'));
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

  describe('killed with kill -9, three times in a row, each time a little further', () => {
    let slow: string;

    it('while it builds', async () => {
      slow = await pushVariant(world, 'staging', { name: 'slow', startSeconds: 8 });
      world.edit('storedog/frontend/package.json', (text) =>
        text.replace(/"description": "/, '"description": "Anew: '),
      );
      const run = world.start('up');
      await until(() => Promise.resolve(world.pending('platform').includes('build-frontend') ? true : undefined));
      await kill(run);
    });

    it('then, having built, while a release becomes healthy', async () => {
      const run = world.start('up');
      await until(async () =>
        (await releasesOf('staging', 'discounts')).find(({ State }) => State.Health?.Status === 'starting'),
      );
      await kill(run);
      assert.match(run.output(), /^platform: .*\bcreated/m);
    });

    it('then, with staging as it should be, in the gate', async () => {
      const run = world.start('up');
      await until(async () => (await runningChecks())[0]);
      await kill(run);
      assert.equal((await theRelease('staging', 'discounts')).Config.Labels?.['sluice.digest'], slow);
    });

    it('up ends well when run again', async () => {
      const { code, all } = await world.run('up');
      assert.equal(code, 0, all);
      const status = await statusOf(world);
      for (const environment of ['staging', 'production']) {
        assert.equal(digestIn(status, environment), slow);
        for (const service of ['discounts', 'frontend']) {
          assert.equal((await theRelease(environment, service)).State.Health?.Status, 'healthy');
        }
      }
      for (const stack of ['platform', 'staging', 'production']) assert.deepEqual(world.pending(stack), []);
    });
  });

  /** Kills a run and everything it started in its process group, as a closed terminal or a crash would. */
  async function kill(run: ReturnType<World['start']>): Promise<void> {
    process.kill(-(run.child.pid ?? 0), 'SIGKILL');
    await run.ended;
  }
});

import * as assert from 'node:assert/strict';
import { labels } from '../../clients/docker/labels';
import { releasesOf, runningChecks, theRelease, until } from './engine';
import { pushVariant } from './images';
import { setIn } from './isolate';
import { statusOf } from './shop';
import { theWorld, type World } from './world';

describe('6: a changed gate, and kills', function () {
  this.timeout(12 * 60_000);
  let world: World;
  before(async () => {
    world = await theWorld();
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
      assert.equal((await theRelease('production', Config.Labels?.[labels.service] ?? '')).same, same);
    }
  });

  it('killed while a release becomes healthy, up ends well when run again; killed then in the gate, too', async () => {
    const digest = await pushVariant(world, 'staging', { name: 'slow', startSeconds: 4 });
    const first = world.start('up', 'staging');
    await until(async () =>
      (await releasesOf('staging', 'discounts')).find(({ State }) => State.Health?.Status === 'starting'),
    );
    await world.kill(first);

    const second = world.start('up', 'staging', 'production');
    await until(async () => (await runningChecks())[0]);
    await world.kill(second);
    assert.match(second.output(), /^staging: .*\b(created|replaced|updated)/m);
    assert.equal((await theRelease('staging', 'discounts')).Config.Labels?.[labels.digest], digest);

    const { code, all } = await world.run('up', 'staging', 'production');
    assert.equal(code, 0, all);
    assert.match(all, /^staging: nothing changed/m);
    assert.equal((await theRelease('production', 'discounts')).Config.Labels?.[labels.digest], digest);
    for (const stack of ['staging', 'production']) assert.deepEqual(world.pending(stack), []);
  });
});

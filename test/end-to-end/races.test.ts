import * as assert from 'node:assert/strict';
import { docker } from '../../engine/docker';
import { runningChecks, theRelease, until } from './engine';
import { pushVariant } from './images';
import { statusOf, digestIn } from './shop';
import { theWorld, type World } from './world';

describe('5: races', function () {
  this.timeout(12 * 60_000);
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  it('another image pushed under the tag after staging was tested: production gets the tested digest', async () => {
    const tested = await pushVariant(world, 'staging', { name: 'tested', from: 'production' });
    assert.equal((await world.pulumi('staging', 'up')).code, 0);
    const other = await pushVariant(world, 'staging', { name: 'sneaked in', broken: true });
    assert.notEqual(other, tested);
    const { code, all } = await world.pulumi('production', 'up');
    assert.equal(code, 0, all);
    assert.equal((await theRelease('production', 'discounts')).Config.Labels?.['sluice.digest'], tested);
    assert.equal(digestIn(await statusOf(world), 'production'), tested);
  });

  it('staging changed while its checks run: the verdict is "unknown" and production stays', async () => {
    const before = await theRelease('production', 'discounts');
    await pushVariant(world, 'staging', { name: 'disturbed', from: 'production' });
    assert.equal((await world.pulumi('staging', 'up')).code, 0);
    const update = world.start('pulumi', 'up', '-s', 'production', '--yes', '--skip-preview', '--non-interactive');
    await until(async () => (await runningChecks())[0]);
    await docker(['restart', (await theRelease('staging', 'discounts')).Id]);
    const { code, all } = await update.ended;
    assert.notEqual(code, 0, all);
    assert.match(all, /unknown/);
    assert.equal((await theRelease('production', 'discounts')).same, before.same);
    assert.equal((await statusOf(world)).environments['production']?.gate?.verdict, 'unknown');
  });
});

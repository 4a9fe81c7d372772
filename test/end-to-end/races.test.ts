import * as assert from 'node:assert/strict';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { runningChecks, theRelease, until } from './engine';
import { pushVariant } from './images';
import { stepRuns } from './faults/pipelines';
import { buildOf, changes, Checkout, dataFile, digestIn, logOf, statusOf, titlesIn } from './shop';
import { theWorld, type World } from './world';

describe('5: races', function () {
  this.timeout(12 * 60_000);
  let world: World;
  before(async () => {
    world = await theWorld();
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

  it('two verbs at once: one waits, says for whom and how long, and goes on', async () => {
    const first = world.start('up', 'production');
    await until(() => Promise.resolve(first.output().includes('production: updating') ? true : undefined));
    // That one has the lease in a moment, unless this one is faster.
    const second = world.start('up', 'production');
    const ended = await Promise.all([first.ended, second.ended]);
    for (const { code, all } of ended) assert.equal(code, 0, all);
    const held = /production is held by \S+'s \.\/sluice up on \S+; waiting, \d+ s so far/;
    const waited = ended.filter(({ all }) => held.test(all));
    assert.equal(waited.length, 1, ended.map(({ all }) => all).join('\n'));
    assert.match(waited[0]?.all ?? '', /^production: nothing changed/m);
  });

  describe('up, with another image under the tag, a container removed by hand and an unknown verdict', () => {
    let tested: string | undefined;
    let frontend: Awaited<ReturnType<typeof theRelease>>;

    it('succeeds', async () => {
      tested = (await theRelease('staging', 'discounts')).Config.Labels?.[labels.digest];
      assert.notEqual(await pushVariant(world, 'staging', { name: 'sneaked in', broken: true }), tested);
      frontend = await theRelease('production', 'frontend');
      await docker(['rm', '--force', frontend.Id]);
      const { code, all } = await world.run('up', 'production');
      assert.equal(code, 0, all);
    });

    it('5: production gets the digest that staging was tested with, not what was pushed since', async () => {
      assert.equal((await theRelease('production', 'discounts')).Config.Labels?.[labels.digest], tested);
    });

    it('6: the container comes back with the same digest', async () => {
      const after = await theRelease('production', 'frontend');
      assert.notEqual(after.Id, frontend.Id);
      assert.equal(after.Config.Labels?.[labels.digest], frontend.Config.Labels?.[labels.digest]);
    });

    it('the unknown verdict was sought again', async () => {
      const status = await statusOf(world);
      assert.equal(status.environments['production']?.gate?.verdict, 'passed');
      assert.equal(digestIn(status, 'production'), digestIn(status, 'staging'));
    });
  });

  it('PushDuringDeployment: deliveries come one after the other, oldest first, and the newest is what stays', async () => {
    const checkout = await Checkout.of(world);
    const push = (title: string): Promise<string> => checkout.push(dataFile, changes.title(title), title);
    const first = await push('The first of three');
    await stepRuns(world, first, 'deploy staging');
    const commits = [first, await push('The second of three'), await push('The third of three')];
    const builds = await Promise.all(commits.map((commit) => buildOf(world, commit)));
    for (const build of builds) assert.equal(build.status, 'success', await logOf(world, build));
    const deliveries = builds.map(({ stages }) => stages?.find(({ name }) => name === 'deliver'));
    for (const [index, later] of deliveries.slice(1).entries()) {
      const earlier = deliveries[index];
      assert.ok((earlier?.stopped ?? 0) > 0 && (later?.started ?? 0) >= (earlier?.stopped ?? Infinity));
    }
    assert.ok((await titlesIn('production')).includes('The third of three'));
  });
});

import * as assert from 'node:assert/strict';
import { hasEnded } from '../../clients/drone/client';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import type { Event } from '../../releases/history';
import { Load } from '../cutover/load';
import { releasesOf, theRelease, until } from './engine';
import { pushVariant } from './images';
import { ports, setIn } from './isolate';
import { droneOf, logOf, registryOf } from './shop';
import { theWorld, type World } from './world';

describe('9: releases', function () {
  this.timeout(12 * 60_000);
  let world: World;
  /** Digest of the release from which production was rolled back. */
  let regretted: string;
  before(async () => {
    world = await theWorld();
  });

  const digestOf = async (environment: string): Promise<string> =>
    (await theRelease(environment, 'discounts')).Config.Labels?.[labels.digest] ?? '';
  /** Pushes a good variant and brings it to production. @returns its digest */
  const deliver = async (name: string): Promise<string> => {
    const digest = await pushVariant(world, 'staging', { name, from: 'production' });
    const { code, all } = await world.run('up', 'staging', 'production');
    assert.equal(code, 0, all);
    assert.equal(await digestOf('production'), digest);
    return digest;
  };
  /** What serves in production, asked as people do. */
  const answers = async (): Promise<number> =>
    (await fetch(`http://localhost:${ports.production.discounts}/health`)).status;
  const people = (failing: number[] = []): Load =>
    new Load(() => `http://localhost:${ports.production.discounts}`, { perSecond: 50, slowMilliseconds: 0, failing });

  describe('GoodToBad: what passes on staging and does badly in production', () => {
    let good: string;
    let bad: string;
    before(async () => {
      good = await digestOf('production');
      bad = await pushVariant(world, 'staging', { name: 'bad when watched', from: 'production', failsWatched: true });
    });

    it('is taken back, and the update says why', async () => {
      const load = people([500]);
      const { code, all } = await world.run('up', 'staging', 'production');
      assert.deepEqual((await load.end()).failures, {});
      assert.equal(code, 1, all);
      assert.match(all, /production has taken discounts back: discounts: \d+ of \d+ requests failed/);
      assert.equal(await digestOf('staging'), bad);
      assert.equal(await digestOf('production'), good);
      assert.equal(await answers(), 200);
    });

    it('stands refused: up keeps what serves, says so and exits 1; and the second time changes nothing', async () => {
      const serves = (await releasesOf('production', 'discounts')).find(
        ({ Config }) => Config.Labels?.[labels.digest] === good,
      );
      const load = people();
      const { code, all } = await world.run('up', 'production');
      assert.deepEqual((await load.end()).failures, {});
      assert.equal(code, 1, all);
      assert.match(all, /was taken back at/);
      assert.equal((await theRelease('production', 'discounts')).Id, serves?.Id);
      const again = await world.pulumi('production', 'up', '--refresh', '--expect-no-changes');
      assert.match(again.all, /was taken back at/);
      assert.equal((await theRelease('production', 'discounts')).Id, serves?.Id);
    });

    it('BadToBad: is tried once more by ./sluice promote production --again, and taken back once more', async () => {
      const { code, all } = await world.run('promote', 'production', '--again');
      assert.equal(code, 1, all);
      assert.match(all, /production has taken discounts back/);
      assert.equal(await answers(), 200);
    });

    it('and one that exits is refused with its last words', async () => {
      const serves = await digestOf('staging');
      await pushVariant(world, 'staging', { name: 'exits', from: 'production', exits: true });
      const { code, all } = await world.run('up', 'staging');
      assert.equal(code, 1, all);
      assert.match(all, /its last words:\n.*no database: giving up/);
      assert.equal(await digestOf('staging'), serves);
    });

    it('BadToGood: is followed by the next good one, which goes through', async () => {
      await deliver('good again');
    });
  });

  describe('settings', () => {
    it('SettingsOnly: a changed limit is as seamless as a new image', async () => {
      // And back, so that pipelines, which have the settings of the platform's last update, find what they left.
      for (const memory of [300, 256]) {
        const before = await theRelease('production', 'discounts');
        setIn(world.clone, 'production', ['sluice:services', 'discounts', 'memory'], memory);
        const load = people();
        const { code, all } = await world.run('up', 'production');
        const { requests, failures } = await load.end();
        assert.equal(code, 0, all);
        assert.deepEqual(failures, {}, `of ${requests} requests`);
        const after = await theRelease('production', 'discounts');
        assert.notEqual(after.Id, before.Id);
        assert.equal(after.Config.Labels?.[labels.digest], before.Config.Labels?.[labels.digest]);
      }
    });
  });

  describe('a rollback by hand', () => {
    let former: string;
    before(async () => {
      former = await digestOf('production');
      regretted = await deliver('regretted');
      assert.notEqual(regretted, former);
    });

    it('is one command that loses nothing', async () => {
      const load = people();
      const { code, all } = await world.run('rollback', 'production');
      const { requests, failures } = await load.end();
      assert.equal(code, 0, all);
      assert.deepEqual(failures, {}, `of ${requests} requests`);
      assert.equal(await digestOf('production'), former);
      assert.notEqual(await digestOf('staging'), former);
    });

    it('stays, whoever updates, and is told', async () => {
      const { code, all } = await world.run('up', 'production');
      assert.equal(code, 0, all);
      assert.match(all, /^production: nothing changed/m);
      assert.equal(await digestOf('production'), former);
    });

    it('refuses what production has never run, and what it runs', async () => {
      const unknown = await world.run('rollback', 'production', '--to', 'sha256:0123');
      assert.equal(unknown.code, 2, unknown.all);
      assert.match(
        unknown.all,
        /production has never run a release with the digest sha256:0123\n +next: \.\/sluice history/,
      );
      const same = await world.run('rollback', 'production', '--to', former);
      assert.equal(same.code, 2, same.all);
      assert.match(same.all, /production runs discounts \S+ \S+ \S+ already/);
    });

    it('is over with the next release, which is deployed as usual', async () => {
      await deliver('after the rollback');
    });
  });

  describe('Superseded: an older build that is started again', () => {
    it('leaves the channel and what runs to what is newer, and says so', async () => {
      const { client, slug } = await droneOf(world);
      const former = (await client.builds(slug)).filter(
        ({ target, event, status }) => target === 'main' && event === 'push' && status === 'success',
      );
      assert.ok(former.length > 1, 'there is but one build to start again');
      const before = { staging: await digestOf('staging'), production: await digestOf('production') };
      const { number } = await client.restart(slug, former.at(-1)?.number ?? 0);
      const build = await until(async () => {
        const found = await client.build(slug, number);
        return hasEnded(found.status) ? found : undefined;
      });
      const log = await logOf(world, build);
      assert.equal(build.status, 'success', log);
      assert.match(log, /Channel staging: stays, this commit is superseded by [0-9a-f]{8}/);
      assert.deepEqual({ staging: await digestOf('staging'), production: await digestOf('production') }, before);
    });
  });

  describe('the past', () => {
    it('keeps as many releases as config says, and removes the images of older ones from engine and registry', async () => {
      const registry = await registryOf(world);
      // Not one that another image was built on: such a one stays in the engine.
      const name = `localhost:${ports.registry}/discounts@${regretted}`;
      const inEngine = async (): Promise<number> =>
        (await docker(['image', 'inspect', name], { allowFailure: true })).code;
      assert.equal(await inEngine(), 0);
      const retain = (count: number): void => {
        for (const stack of ['staging', 'production']) setIn(world.clone, stack, ['sluice:retain'], count);
      };
      retain(1);
      const { code, all } = await world.run('up', 'production');
      assert.equal(code, 0, all);
      assert.match(all, /removed the images of \d+ older releases/);
      assert.notEqual(await inEngine(), 0);
      assert.equal(await registry.find('discounts', regretted), undefined);
      const refused = await world.run('rollback', 'production', '--to', regretted);
      assert.equal(refused.code, 2, refused.all);
      assert.match(refused.all, /production no longer keeps the images of discounts/);
      retain(5);
    });

    it('./sluice history tells all of it: who, when, from, to, why', async () => {
      const { code, stdout } = await world.run('history', 'production', '--json', '--all');
      assert.equal(code, 0);
      const events = JSON.parse(stdout) as Event[];
      const whats = events.map(({ what }) => what);
      for (const what of ['tested', 'refused', 'deployed', 'taken back', 'try again', 'rollback'] as const) {
        assert.ok(whats.includes(what), `${what} is not among ${whats.join(', ')}`);
      }
      assert.ok(events.some(({ by }) => by.startsWith('pipeline ')));
      assert.equal(new Set(events.slice(0, 5).map(({ environment }) => environment)).size, 1);
      const text = await world.run('history');
      assert.match(
        text.stdout,
        /^\d{4}-\d\d-\d\dT\S+Z {2}production {2}deployed {2}discounts sha256:\w{12} → sha256:\w{12}/m,
      );
    });
  });
});

import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { listContainers } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { projectRoot } from '../../base/paths';
import { Load } from '../cutover/load';
import { ports, prefix } from './isolate';
import { World } from './sluice';

/** The commit that people come from: the last one that had landed before this version's work began. */
const former = 'd19f331693fb00efe47e86b002ccb0cef5272c42';

/**
 * Containers that run Sluice itself, from the image of its program: another version of it is another image. Nobody's request goes through
 * them.
 */
const ofTheProgram = [`${prefix}-ledger`, `${prefix}-pipelines`];

describe('an update from the version before', function () {
  this.timeout(30 * 60_000);
  let world: World;
  before(async () => {
    world = await World.make();
  });
  after(() => world.end());

  /** Every container by name, with its id and when it was started. */
  async function containers(): Promise<Map<string, string>> {
    const all = await listContainers([`${labels.instance}=${prefix}`]);
    return new Map(all.map(({ Name, Id, State }) => [Name.replace(/^\//, ''), `${Id} ${State.StartedAt}`]));
  }

  async function up(): Promise<void> {
    const { code, all } = await world.run('up');
    assert.equal(code, 0, all);
  }

  it('replaces no container of a release, nor of the platform but those of its own program, and loses no request', async () => {
    const now = execFileSync('git', ['-C', projectRoot, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    await world.checkOut(former);
    await up();
    const before = await containers();
    assert.ok(before.size > 8, [...before.keys()].join(', '));
    const loads = (['frontend', 'discounts'] as const).map((service) => ({
      service,
      load: new Load(() => `http://localhost:${ports.production[service]}`, { perSecond: 50, slowMilliseconds: 0 }),
    }));
    try {
      await world.checkOut(now);
      await up();
    } finally {
      for (const { service, load } of loads) {
        const { requests, failures, moments } = await load.end();
        const lost = Object.values(failures).reduce((sum, each) => sum + each, 0);
        process.stdout.write(
          `production's ${service}: ${requests} requests, ${lost} of them lost ${moments.join(', ')}\n`,
        );
        assert.deepEqual(failures, {});
        assert.ok(requests > 500, `${requests} requests`);
      }
    }
    const after = await containers();
    assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
    const replaced = [...before].flatMap(([name, run]) => (after.get(name) === run ? [] : [name]));
    assert.deepEqual(
      replaced.filter((name) => !ofTheProgram.includes(name)),
      [],
    );
  });

  it('finds nothing to do the second time', async () => {
    const before = await containers();
    await up();
    assert.deepEqual(await containers(), before);
  });
});

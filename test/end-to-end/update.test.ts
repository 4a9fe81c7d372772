import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { listContainers } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { projectRoot } from '../../base/paths';
import { Load } from '../cutover/load';
import { ports, prefix } from './isolate';
import { World } from './sluice';

/** The commit that people come from: the last one that had landed before this version's work began. */
const former = 'd246204aa8f0729e2760d1100313fe05ca39f67a';

/**
 * The container that runs Sluice itself, from the image of its program: another version of it is another image. Nobody's request goes through
 * it.
 */
const ofTheProgram = `${prefix}-pipelines`;

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

  /** What has happened, newest first. */
  async function events(): Promise<string[]> {
    const { stdout } = await world.run('history', '--json', '--all');
    const all = JSON.parse(stdout) as { at: string; environment: string; what: string }[];
    return all.map(({ at, environment, what }) => `${at} ${environment} ${what}`);
  }

  async function up(): Promise<void> {
    const { code, all } = await world.run('up');
    assert.equal(code, 0, all);
  }

  it('replaces no container of a release, nor of the platform but that of its own program, loses no request and forgets nothing', async () => {
    const now = execFileSync('git', ['-C', projectRoot, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    await world.checkOut(former);
    await up();
    const [before, told] = [await containers(), await events()];
    assert.ok(told.length > 2, told.join('\n'));
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
    assert.deepEqual((await events()).slice(-told.length), told);
    assert.deepEqual([...after.keys()].sort(), [...before.keys()].sort());
    const replaced = [...before].flatMap(([name, run]) => (after.get(name) === run ? [] : [name]));
    assert.deepEqual(
      replaced.filter((name) => name !== ofTheProgram),
      [],
    );
  });

  it('finds nothing to do the second time', async () => {
    const before = await containers();
    await up();
    assert.deepEqual(await containers(), before);
  });
});

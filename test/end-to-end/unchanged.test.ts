import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { until } from './engine';
import { storeFolder } from './ledgers';
import { droneOf, logOf } from './shop';
import { theWorld, type World } from './world';

const stacks = ['platform', 'staging', 'production'] as const;

/** Follows directly on a good push, which the pipeline has deployed. */
describe('6: again', function () {
  this.timeout(12 * 60_000);
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  it('from a terminal after the pipeline, no stack has anything to change, with and without --refresh', async () => {
    await Promise.all(
      stacks.map(async (stack) => {
        for (const refresh of [[], ['--refresh']]) {
          const { code, all } = await world.pulumi(stack, 'up', '--expect-no-changes', ...refresh);
          assert.equal(code, 0, `${stack} ${refresh.join('')}\n${all}`);
        }
      }),
    );
  });

  it('from the pipeline after a terminal, neither environment has anything to change', async () => {
    const { client, slug } = await droneOf(world);
    const newest = await client.newest(slug, 'main');
    const again = await client.restart(slug, newest?.number ?? 0);
    const build = await until(async () => {
      const now = await client.build(slug, again.number);
      return ['success', 'failure', 'error', 'killed'].includes(now.status) ? now : undefined;
    });
    const log = await logOf(world, build);
    assert.equal(build.status, 'success', log);
    for (const stack of ['staging', 'production']) assert.match(log, new RegExp(`${stack}: nothing changed`));
  });

  it('EditedComment: up makes no image, asks nobody and changes nothing', async () => {
    const file = path.join(world.clone, 'Pulumi.production.yaml');
    const before = fs.readFileSync(file);
    const chain = path.join(storeFolder(world), 'ledger', 'platform');
    const recorded = () => fs.readdirSync(chain, { recursive: true }).length;
    const records = recorded();
    try {
      fs.appendFileSync(file, '# somebody explains a number\n');
      const { code, all } = await world.run('up');
      assert.equal(code, 0, all);
      for (const stack of stacks) assert.match(all, new RegExp(`^${stack}: nothing changed$`, 'm'));
      assert.doesNotMatch(all, /Tools image|image .* (created|replaced|updated)/);
      // From now on pipelines deploy with that file.
      assert.equal(recorded(), records + 1);
    } finally {
      fs.writeFileSync(file, before);
    }
  });
});

import * as assert from 'node:assert/strict';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { theRelease } from './engine';
import {
  buildOf,
  changes,
  Checkout,
  dataFile,
  digestIn,
  logOf,
  platformOf,
  registryOf,
  statusOf,
  titlesIn,
} from './shop';
import { theWorld, type World } from './world';

describe('2: a good change', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let commit: string;
  before(async () => {
    world = await theWorld();
    const checkout = await Checkout.of(world);
    commit = await checkout.push(dataFile, changes.title('A good change for every good dog'), 'Change the title');
  });

  it('is live in production after a plain git push and nothing else', async () => {
    const build = await buildOf(world, commit);
    assert.equal(build.status, 'success', await logOf(world, build));
    assert.ok((await titlesIn('production')).includes('A good change for every good dog'));
  });

  it('has one digest in registry, staging, promotion and production, whose revision is the commit', async () => {
    const registry = await registryOf(world);
    const { digest } = await registry.resolve('discounts', commit);
    for (const channel of ['staging', 'production'])
      assert.equal((await registry.resolve('discounts', channel)).digest, digest, `channel ${channel}`);
    const status = await statusOf(world);
    assert.equal(digestIn(status, 'staging'), digest);
    assert.equal(digestIn(status, 'production'), digest);
    const gate = status.environments['production']?.gate;
    assert.equal(gate?.candidate?.['discounts'], digest);
    assert.equal(gate.verdict, 'passed');
    for (const environment of ['staging', 'production']) {
      const container = await theRelease(environment, 'discounts');
      assert.equal(container.Config.Labels?.[labels.digest], digest);
      const format = '{{index .Config.Labels "org.opencontainers.image.revision"}} {{json .RepoDigests}}';
      const { stdout } = await docker(['image', 'inspect', '--format', format, container.Image]);
      assert.ok(stdout.startsWith(`${commit} `), stdout);
      assert.ok(stdout.includes(digest), stdout);
      assert.equal(status.environments[environment]?.services['discounts']?.revision, commit);
    }
  });

  it('leaves no password in any step’s log', async () => {
    const platform = await platformOf(world);
    const log = await logOf(world, await buildOf(world, commit));
    for (const secret of [platform.registry.password, platform.gitHost.password, platform.drone.token]) {
      assert.ok(secret !== undefined && secret.length > 8);
      assert.ok(!log.includes(secret));
    }
  });

  it('a branch is tested and goes no further', async () => {
    const checkout = await Checkout.of(world);
    await checkout.git('checkout', '--quiet', '-b', 'idea');
    await checkout.git('commit', '--quiet', '--allow-empty', '--message', 'Only an idea');
    await checkout.git('push', '--quiet', '--set-upstream', 'origin', 'idea');
    const idea = await checkout.git('rev-parse', 'HEAD');
    const before = await theRelease('staging', 'discounts');
    const build = await buildOf(world, idea);
    assert.equal(build.status, 'success', await logOf(world, build));
    assert.equal(await (await registryOf(world)).find('discounts', idea), undefined);
    assert.equal((await theRelease('staging', 'discounts')).same, before.same);
  });
});

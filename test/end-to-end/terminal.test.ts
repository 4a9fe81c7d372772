import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { releasesOf, theRelease } from './engine';
import { pushVariant } from './images';
import { ports, setConfig, setIn } from './isolate';
import { digestIn, statusOf } from './shop';
import { theWorld, type World } from './world';

describe('4: plain pulumi from a terminal', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let running: string;
  before(async () => {
    world = await theWorld();
    running = (await theRelease('production', 'discounts')).same;
    // Staging runs a candidate that no gate has seen and that breaks the shop.
    const digest = await pushVariant(world, 'staging', { name: 'untested', broken: true });
    const { code, all } = await world.pulumi('staging', 'up');
    assert.equal(code, 0, all);
    assert.equal((await theRelease('staging', 'discounts')).Config.Labels?.['sluice.digest'], digest);
  });

  async function unchanged(): Promise<void> {
    assert.equal((await theRelease('production', 'discounts')).same, running);
  }

  const gate = '**promotion**';
  const releases = '**discounts-**';

  it('leaving the gate out by --exclude deploys nothing', async () => {
    const { code, all } = await world.pulumi('production', 'up', '--exclude', gate);
    assert.notEqual(code, 0, all);
    assert.match(all, /error: discounts: the gate has let through sha256/);
    await unchanged();
  });

  it('aiming past the gate by --target deploys nothing', async () => {
    const { code, all } = await world.pulumi('production', 'up', '--target', releases, '--target', '**cutover**');
    assert.notEqual(code, 0, all);
    assert.match(all, /error: discounts: the gate has let through sha256/);
    assert.doesNotMatch(all, /error serializing/);
    await unchanged();
  });

  it('./sluice preview tells each service’s old and new digest and the commit, and changes nothing', async () => {
    const status = await statusOf(world);
    const { code, stdout } = await world.run('preview', 'production');
    assert.equal(code, 0, stdout);
    const short = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);
    const [old, next] = [digestIn(status, 'production'), digestIn(status, 'staging')].map(short);
    assert.match(stdout, new RegExp(`discounts +${old} → ${next} .*"untested"`));
    assert.match(stdout, /frontend +sha256:[0-9a-f]{12} \(stays\)/);
    await unchanged();
  });

  it('--exclude on the very first up of an environment deploys nothing', async () => {
    const file = path.join(world.clone, 'Pulumi.pilot.yaml');
    fs.copyFileSync(path.join(world.clone, 'Pulumi.production.yaml'), file);
    for (const [service, port] of Object.entries(ports.pilot)) {
      setIn(world.clone, 'pilot', ['sluice:services', service, 'port'], port);
    }
    setConfig(world.clone, 'pilot', { promotesFrom: 'staging' });
    try {
      assert.equal((await world.run('pulumi', 'stack', 'init', 'pilot', '--no-select')).code, 0);
      const { code, all } = await world.pulumi('pilot', 'up', '--exclude', gate);
      assert.notEqual(code, 0, all);
      assert.deepEqual(await releasesOf('pilot', 'discounts'), []);
      assert.equal((await world.run('destroy', '--yes', 'pilot')).code, 0);
    } finally {
      fs.rmSync(file, { force: true });
    }
  });

  it('a plain up runs the gate on a new candidate first; refused, production keeps what it runs', async () => {
    const { code, all } = await world.pulumi('production', 'up');
    assert.notEqual(code, 0, all);
    assert.match(all, /check shop/);
    assert.match(all, /refused/);
    await unchanged();
    const status = await statusOf(world);
    assert.equal(status.environments['production']?.gate?.verdict, 'refused');
    assert.notEqual(digestIn(status, 'production'), digestIn(status, 'staging'));
  });

  it('--continue-on-error runs the gate first, and refused, production keeps what it runs', async () => {
    // What another gate has refused is untested under this one.
    setIn(world.clone, 'production', ['sluice:gate', '1', 'maxSeconds'], 15);
    const { code, all } = await world.pulumi('production', 'up', '--continue-on-error');
    assert.notEqual(code, 0, all);
    assert.match(all, /check shop/);
    assert.match(all, /refused/);
    await unchanged();
    const status = await statusOf(world);
    assert.equal(status.environments['production']?.gate?.verdict, 'refused');
    assert.notEqual(digestIn(status, 'production'), digestIn(status, 'staging'));
  });
});

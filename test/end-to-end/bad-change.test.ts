import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { theRelease } from './engine';
import {
  buildOf,
  changes,
  Checkout,
  dataFile,
  digestIn,
  logOf,
  priceFile,
  registryOf,
  statusOf,
  titlesIn,
} from './shop';
import { theWorld, type World } from './world';
import { storeFolder } from './ledgers';

describe('3: a bad change', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let checkout: Checkout;
  let production: string;
  before(async () => {
    world = await theWorld();
    checkout = await Checkout.of(world);
    production = (await theRelease('production', 'discounts')).same;
  });

  it('whose unit tests fail puts no image into the registry and reaches nothing', async () => {
    const staging = (await theRelease('staging', 'discounts')).same;
    const commit = await checkout.push(priceFile, changes.wrongPrice, 'Let savings cost');
    const build = await buildOf(world, commit);
    assert.equal(build.status, 'failure');
    assert.equal(await (await registryOf(world)).find('discounts', commit), undefined);
    assert.equal((await theRelease('staging', 'discounts')).same, staging);
    assert.equal((await theRelease('production', 'discounts')).same, production);
  });

  it('that breaks the shop reaches staging, and the build is red', async () => {
    checkout.edit(priceFile, changes.rightPrice);
    const commit = await checkout.push(dataFile, changes.uselessCode, 'Let savings save, but only for the rich');
    const build = await buildOf(world, commit);
    assert.equal(build.status, 'failure', await logOf(world, build));
    const status = await statusOf(world);
    assert.equal(status.environments['staging']?.services['discounts']?.revision, commit);
    const gate = status.environments['production']?.gate;
    assert.equal(gate?.verdict, 'refused');
    assert.equal(gate.candidate?.['discounts'], digestIn(status, 'staging'));
    assert.notEqual(digestIn(status, 'production'), digestIn(status, 'staging'));
    assert.match(await logOf(world, build), /refused/);
  });

  it('leaves a screenshot that shows why', async () => {
    const { evidence } = (await statusOf(world)).environments['production']?.gate ?? {};
    assert.ok(
      typeof evidence === 'string' && evidence.startsWith(path.join(storeFolder(world), 'evidence', 'production')),
    );
    const folder = evidence;
    const screenshots = (fs.readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
      file.endsWith('.png'),
    );
    assert.ok(screenshots.length > 0);
    for (const file of screenshots) {
      const head = fs.readFileSync(path.join(folder, file)).subarray(0, 8).toString('hex');
      assert.equal(head, '89504e470d0a1a0a', `${file} is no picture`);
    }
  });

  it('has a page that shows why, which ./sluice evidence brings here and the build’s log names', async () => {
    const { code, stdout, all } = await world.run('evidence', 'production', '--path');
    assert.equal(code, 0, all);
    const page = fs.readFileSync(stdout.trim(), 'utf8');
    assert.match(page, /<title>refused: production does not take .*discounts [0-9a-f]{8}/);
    assert.match(page, /Let savings save, but only for the rich/);
    assert.match(
      page,
      /<img src="data:image\/png;base64,[^"]+" alt="Screenshot after step \d of shop, [^"]*did not pass"/,
    );
    const commit = (await statusOf(world)).environments['staging']?.services['discounts']?.revision ?? '';
    assert.match(await logOf(world, await buildOf(world, commit)), /evidence: \.\/sluice evidence production [\dTZ-]+/);
  });

  it('leaves production’s container the same one as before', async () => {
    assert.equal((await theRelease('production', 'discounts')).same, production);
  });

  it('./sluice check by hand fails on staging for the same reason and passes on production, with evidence', async () => {
    const folder = path.join(world.folder, 'by-hand');
    const [staging, running] = await Promise.all([
      world.run('check', 'staging', 'shop', '--output', folder),
      world.run('check', 'production'),
    ]);
    assert.equal(staging.code, 1, staging.all);
    assert.ok((fs.readdirSync(folder, { recursive: true }) as string[]).some((file) => file.endsWith('.png')));
    assert.match(fs.readFileSync(path.join(folder, 'index.html'), 'utf8'), /<title>refused: staging fails its checks/);
    assert.ok(staging.stdout.includes(folder));
    assert.equal(running.code, 0, running.all);
  });

  it('while it stands refused, up brings back a production container that was removed, says so and exits 1', async () => {
    const before = await theRelease('production', 'discounts');
    execFileSync('docker', ['rm', '--force', before.Id]);
    const { code, all } = await world.run('up', 'production');
    assert.equal(code, 1, all);
    assert.match(all, /stands refused/);
    const after = await theRelease('production', 'discounts');
    assert.notEqual(after.Id, before.Id);
    assert.equal(after.Name, before.Name);
    assert.equal(after.State.Health?.Status, 'healthy');
    assert.ok((await titlesIn('production')).length > 0);
  });

  it('is followed by the next good push, which goes through', async () => {
    const commit = await checkout.push(dataFile, changes.usefulCode, 'For everybody again');
    const build = await buildOf(world, commit);
    assert.equal(build.status, 'success', await logOf(world, build));
    assert.equal((await statusOf(world)).environments['production']?.services['discounts']?.revision, commit);
  });
});

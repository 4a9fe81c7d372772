import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { engineObjects, until } from './engine';
import { prefix, ports } from './isolate';
import { theWorld, type World } from './world';

describe('7: destroy', function () {
  this.timeout(30 * 60_000);
  let world: World;
  // Not ours by its name, and none of another run.
  const bystander = `bystander-of-${prefix}`;
  let nameless = '';
  const removeBystander = async (): Promise<void> => {
    for (const [kind, name] of [
      ['volume', bystander],
      ['network', bystander],
      ['image', `${bystander}:1`],
      ...(nameless === '' ? [] : [['image', nameless] as const]),
    ] as const) {
      await docker([kind, 'rm', name], { allowFailure: true });
    }
  };
  before(async () => {
    world = await theWorld();
    await removeBystander();
    await docker(['volume', 'create', bystander]);
    await docker(['network', 'create', bystander]);
    // An archive without files: two blocks of zeros.
    const archive = { input: Buffer.alloc(1024) };
    await docker(['import', '-', `${bystander}:1`], archive);
    nameless = (await docker(['import', '--message', bystander, '-'], archive)).stdout.trim();
  });
  after(removeBystander);

  it('saves repositories and ledger outside, then exits 0', async () => {
    const { code, stdout, all } = await world.run('destroy', '--yes');
    assert.equal(code, 0, all);
    const folder = /saved repositories and ledger: (.*)/.exec(stdout)?.[1] ?? '';
    assert.ok(!folder.startsWith(world.clone));
    const clone = path.join(world.folder, 'from-bundle');
    execFileSync('git', ['clone', '--quiet', path.join(folder, 'discounts.bundle'), clone]);
    assert.match(execFileSync('git', ['-C', clone, 'log', '--format=%s'], { encoding: 'utf8' }), /For everybody again/);
    assert.match(fs.readFileSync(path.join(folder, 'ledger.txt'), 'utf8'), /production {2}refused/);
  });

  it('leaves nothing of ours in the engine', async () => {
    const now = await engineObjects();
    for (const kind of ['containers', 'networks', 'volumes'] as const) {
      assert.deepEqual(
        now[kind].filter((name) => name.startsWith(`${prefix}-`)),
        [],
        kind,
      );
      // Drone's runner gives what it makes for builds random names.
      assert.deepEqual(
        now[kind].filter((name) => name.startsWith('drone-')),
        world.before[kind].filter((name) => name.startsWith('drone-')),
        kind,
      );
    }
    assert.deepEqual(
      now.images.filter((image) => image.includes(`localhost:${ports.registry}/`)),
      [],
    );
    const toolchain = (image: string): boolean => /^\S+ sluice\//.test(image) || /^\S+ <none>:<none>$/.test(image);
    const more = now.images.filter((image) => !world.before.images.includes(image) && !image.includes(bystander));
    assert.deepEqual(
      more.filter((image) => !toolchain(image)),
      [],
    );
    const labelled = await docker(['image', 'ls', '--quiet', '--filter', `label=sluice.instance=${prefix}`]);
    assert.equal(labelled.stdout, '');
    assert.equal(fs.existsSync(path.join(world.folder, 'home')), false);
  });

  it('leaves everything that was there before', async () => {
    const now = await engineObjects();
    // Builds of the tests beside these have such images, which they name, build on or remove; ours has to leave the bystander's.
    // A run that was killed has left its bystander, which this one has made anew.
    const passing = (name: string): boolean => name.endsWith(' <none>:<none>') || name.endsWith(` ${bystander}:1`);
    for (const kind of ['containers', 'networks', 'volumes', 'images'] as const) {
      assert.deepEqual(
        world.before[kind].filter((name) => !now[kind].includes(name) && !passing(name)),
        [],
        kind,
      );
    }
    for (const kind of ['networks', 'volumes'] as const) assert.ok(now[kind].includes(bystander));
    assert.ok(now.images.some((image) => image.endsWith(` ${bystander}:1`)));
    assert.ok(now.images.includes(`${nameless} <none>:<none>`));
  });

  it('npm run up works again, and killed while it builds it ends well when run again', async () => {
    const run = world.start('up');
    await until(() => Promise.resolve(world.pending('platform').includes('build-frontend') ? true : undefined));
    await world.kill(run);
    const { code, all } = await world.run('up');
    assert.equal(code, 0, all);
    const page = await fetch(`http://localhost:${ports.production.frontend}/`);
    assert.equal(page.status, 200);
    for (const stack of ['platform', 'staging', 'production']) assert.deepEqual(world.pending(stack), []);
  });
});

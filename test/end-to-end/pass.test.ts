import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { RegistryClient } from '../../clients/registry/client';
import { theRelease } from './engine';
import { pushVariant } from './images';
import { ports, setConfig, setIn } from './isolate';
import { platformOf, statusOf } from './shop';
import { theWorld, type World } from './world';
import { recordsOf } from './ledgers';

describe('what a pass is of', function () {
  this.timeout(12 * 60_000);
  let world: World;
  /** The frontend's digest before somebody edited it. */
  let former: string;
  before(async () => {
    world = await theWorld();
  });

  const digestOf = async (environment: string, service = 'discounts'): Promise<string> =>
    (await theRelease(environment, service)).Config.Labels?.[labels.digest] ?? '';
  const serviceOf = async (environment: string, service: string): Promise<string> =>
    (await theRelease(environment, service)).Id;

  describe('NewServiceWithoutRelease: a service is added whose repository has built nothing', () => {
    const files = ['platform', 'staging', 'production'].map((stack) => `Pulumi.${stack}.yaml`);
    const written = new Map<string, string>();
    before(() => {
      for (const file of files) written.set(file, fs.readFileSync(path.join(world.clone, file), 'utf8'));
    });
    after(async () => {
      for (const [file, text] of written) fs.writeFileSync(path.join(world.clone, file), text);
      const { code, all } = await world.run('up', 'staging', 'production');
      assert.equal(code, 0, all);
    });

    it('is left out, and the next good push gets to production', async () => {
      const frontend = await serviceOf('staging', 'frontend');
      // The platform is not brought up with it, so nobody has built anything there.
      setIn(world.clone, 'platform', ['sluice:repositories', 'reviews'], { source: 'storedog/discounts' });
      for (const stack of ['staging', 'production'] as const) {
        const port = ports[stack].discounts + 5;
        setIn(world.clone, stack, ['sluice:services', 'reviews'], { repository: 'reviews', port });
      }
      const digest = await pushVariant(world, 'staging', { name: 'beside a new service', from: 'production' });
      const { code, all } = await world.run('up', 'staging', 'production');
      assert.equal(code, 0, all);
      assert.match(all, /staging has no release of reviews yet/);
      assert.match(all, /production has no release of reviews yet/);
      assert.equal(await digestOf('production'), digest);
      assert.equal(await serviceOf('staging', 'frontend'), frontend);
      const { environments } = await statusOf(world);
      assert.deepEqual(environments['production']?.withoutRelease, ['reviews']);
    });
  });

  describe('UntestedBuild: somebody edits what the platform builds', () => {
    it('stays out of production until staging has served it and it has passed', async () => {
      former = await digestOf('production', 'frontend');
      const file = path.join(world.clone, 'storedog/frontend/package.json');
      const text = fs.readFileSync(file, 'utf8');
      fs.writeFileSync(file, text.replace('{', '{ "description": "Edited by a test",'));
      const built = await world.run('up', 'platform', 'production');
      assert.equal(built.code, 0, built.all);
      assert.equal(await digestOf('production', 'frontend'), former);
      const { code, all } = await world.run('up', 'staging', 'production');
      assert.equal(code, 0, all);
      const next = await digestOf('staging', 'frontend');
      assert.notEqual(next, former);
      assert.equal(await digestOf('production', 'frontend'), next);
    });

    it('goes back with a rollback, and comes again', async () => {
      const next = await digestOf('production', 'frontend');
      const back = await world.run('rollback', 'production');
      assert.equal(back.code, 0, back.all);
      assert.equal(await digestOf('production', 'frontend'), former);
      const again = await world.run('promote', 'production', '--again');
      assert.equal(again.code, 0, again.all);
      assert.equal(await digestOf('production', 'frontend'), next);
    });
  });

  describe('UpstreamRolledBack: staging goes back to what production has left behind', () => {
    it('production stays, says what takes it, and takes it then', async () => {
      const runs = await digestOf('production');
      const digest = await pushVariant(world, 'staging', { name: 'left behind soon', from: 'production' });
      const delivered = await world.run('up', 'staging', 'production');
      assert.equal(delivered.code, 0, delivered.all);
      assert.equal(await digestOf('production'), digest);
      const back = await world.run('rollback', 'staging');
      assert.equal(back.code, 0, back.all);
      assert.equal(await digestOf('staging'), runs);
      const { code, all } = await world.run('up', 'production');
      assert.equal(code, 0, all);
      assert.match(
        all,
        /production keeps what it runs: staging has gone back to .*; to take it: \.\/sluice promote production/,
      );
      assert.equal(await digestOf('production'), digest);
      assert.equal((await statusOf(world)).environments['production']?.older?.['discounts'], runs);
      const taken = await world.run('promote', 'production');
      assert.equal(taken.code, 0, taken.all);
      assert.equal(await digestOf('production'), runs);
    });
  });

  describe('AgainAfterRefusal: a gate has refused what would pass now', () => {
    let written: string;
    const file = () => path.join(world.clone, 'Pulumi.production.yaml');
    const flaky = { name: 'flaky', type: 'command', command: ['sh', '-c', 'exit 1'] };
    before(() => {
      written = fs.readFileSync(file(), 'utf8');
    });
    after(async () => {
      fs.writeFileSync(file(), written);
      const { code, all } = await world.run('up', 'staging', 'production');
      assert.equal(code, 0, all);
    });

    it('is tested again at somebody’s word, while what runs is repaired', async () => {
      setConfig(world.clone, 'production', { gate: [flaky] });
      const digest = await pushVariant(world, 'staging', { name: 'refused twice', from: 'production' });
      const refused = await world.run('up', 'staging', 'production');
      assert.equal(refused.code, 1, refused.all);
      const before = await digestOf('production');
      await docker(['rm', '--force', (await theRelease('production', 'discounts')).Id]);
      const again = await world.run('promote', 'production', '--again');
      assert.equal(again.code, 1, again.all);
      assert.match(again.all, /production keeps what it runs while .* is tested once more/);
      assert.match(again.all, /production does not take .*: refused, flaky/);
      assert.equal(await digestOf('production'), before);
      const verdicts = (await recordsOf(world, 'production')).filter(
        ({ kind, environment, candidate }) =>
          kind === 'verdict' && environment === 'production' && candidate['discounts']?.digest === digest,
      );
      assert.equal(verdicts.length, 2);
    });
  });

  describe('UntestedFixedImage: production pins an image that staging does not serve', () => {
    let written: string;
    const file = () => path.join(world.clone, 'Pulumi.production.yaml');
    before(() => {
      written = fs.readFileSync(file(), 'utf8');
    });
    after(async () => {
      fs.writeFileSync(file(), written);
      const { code, all } = await world.run('up', 'production');
      assert.equal(code, 0, all);
    });

    it('is refused before anything changes, and runs when it is named', async () => {
      const runs = await serviceOf('production', 'frontend');
      setIn(world.clone, 'production', ['sluice:services', 'frontend'], {
        image: `localhost:${ports.registry}/frontend@${former}`,
        port: ports.production.frontend,
      });
      const refused = await world.run('up', 'production');
      assert.equal(refused.code, 1, refused.all);
      assert.match(
        refused.all,
        /production would run frontend sha256:\w+, while staging serves sha256:\w+: nothing has tested that/,
      );
      assert.equal(await serviceOf('production', 'frontend'), runs);
      setConfig(world.clone, 'production', { untested: ['frontend'] });
      const { code, all } = await world.run('up', 'production');
      assert.equal(code, 0, all);
      assert.match(all, /production runs untested: frontend/);
      assert.equal(await digestOf('production', 'frontend'), former);
      assert.deepEqual((await statusOf(world)).environments['production']?.untested, ['frontend']);
    });
  });

  describe('VanishedTag: the channel loses its tag', () => {
    it('keeps what runs', async () => {
      const runs = await serviceOf('staging', 'discounts');
      const digest = await digestOf('staging');
      const { registry } = await platformOf(world);
      const clientOf = ({ username = '', password = '' }: { username?: string; password?: string }): RegistryClient =>
        new RegistryClient({ endpoint: registry.url, username, password });
      const client = clientOf(registry.accounts?.delete ?? registry);
      // A tag goes with what it stands for, so it is put on something that nobody runs first.
      const other = await pushVariant(world, 'staging', { name: 'nobody runs this', from: 'production' });
      await client.deleteManifest('discounts', other);
      assert.equal(await client.find('discounts', 'staging'), undefined);
      const { code, all } = await world.run('up', 'staging');
      assert.equal(code, 0, all);
      assert.equal(await serviceOf('staging', 'discounts'), runs);
      assert.equal(await digestOf('staging'), digest);
      await clientOf(registry.accounts?.push ?? registry).putTag('discounts', digest, 'staging');
    });
  });
});

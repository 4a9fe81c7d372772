import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { labels } from '../../clients/docker/labels';
import { RegistryClient } from '../../clients/registry/client';
import { theRelease } from './engine';
import { pushVariant } from './images';
import { setIn } from './isolate';
import { platformOf, statusOf } from './shop';
import { theWorld, type World } from './world';

describe('what a pass is of', function () {
  this.timeout(12 * 60_000);
  let world: World;
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
      for (const stack of ['staging', 'production'])
        setIn(world.clone, stack, ['sluice:services', 'reviews'], { repository: 'reviews' });
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

  describe('VanishedTag: the channel loses its tag', () => {
    it('keeps what runs', async () => {
      const runs = await serviceOf('staging', 'discounts');
      const digest = await digestOf('staging');
      const { registry } = await platformOf(world);
      const { username = '', password = '' } = registry.accounts?.delete ?? registry;
      const client = new RegistryClient({ endpoint: registry.url, username, password });
      // A tag goes with what it stands for, so it is put on something that nobody runs first.
      const other = await pushVariant(world, 'staging', { name: 'nobody runs this', from: 'production' });
      await client.deleteManifest('discounts', other);
      assert.equal(await client.find('discounts', 'staging'), undefined);
      const { code, all } = await world.run('up', 'staging');
      assert.equal(code, 0, all);
      assert.equal(await serviceOf('staging', 'discounts'), runs);
      assert.equal(await digestOf('staging'), digest);
      await client.putTag('discounts', digest, 'staging');
    });
  });
});

import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { docker } from '../../clients/docker/docker';
import { artifactType } from '../../clients/registry/artifacts';
import { theRelease } from './engine';
import { deliver, left, newestBuild, portOf, takeUp, textAt } from './example';
import { prefix, setIn } from './isolate';
import { artifactsOf, buildOf, changes, Checkout, dataFile, logOf, platformOf, registryOf, statusOf } from './shop';
import { theWorld, type World } from './world';

/** One Sluice that grows: each example is added to what the ones before have made. */
describe('examples of configuration', function () {
  this.timeout(20 * 60_000);
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  async function up(): Promise<string> {
    const { code, all } = await world.run('up');
    assert.equal(code, 0, all);
    return all;
  }

  /** What tells the running containers of some services from others, `environment/service`. */
  async function running(...services: string[]): Promise<string[]> {
    const pairs = services.map((each) => each.split('/') as [string, string]);
    return Promise.all(pairs.map(async (pair) => (await theRelease(...pair)).same));
  }

  describe('frontend-in-the-pipeline', () => {
    it('comes up from nothing, and no first pipeline is red', async () => {
      takeUp(world, 'frontend-in-the-pipeline');
      await up();
      for (const repository of ['discounts', 'frontend']) {
        const { build, log } = await newestBuild(world, repository);
        assert.equal(build.status, 'success', log);
        const { services, gate } = (await statusOf(world)).environments['production'] ?? {};
        assert.equal(services?.[repository]?.revision, build.after);
        assert.equal(gate?.verdict, 'passed');
        assert.deepEqual(Object.keys(gate.candidate ?? {}).sort(), ['discounts', 'frontend']);
      }
    });

    it('delivers a change of the frontend and leaves the discounts alone', async () => {
      const before = await running('staging/discounts', 'production/discounts');
      const { commit } = await deliver(world, 'frontend', 'data/products.json', rename('Dame Quackers'));
      assert.match(await textAt(8080), /Dame Quackers/);
      const { digest } = await (await registryOf(world)).resolve('frontend', commit);
      const { services } = (await statusOf(world)).environments['production'] ?? {};
      assert.equal(services?.['frontend']?.digest, digest);
      assert.deepEqual(await running('staging/discounts', 'production/discounts'), before);
    });
  });

  describe('dev-in-front-of-staging', () => {
    const shop = ['staging/frontend', 'staging/discounts', 'production/frontend', 'production/discounts'];

    it('brings dev up with what was built last; staging and production keep their containers', async () => {
      const before = await running(...shop);
      takeUp(world, 'dev-in-front-of-staging');
      // The example stands on the shipped files, in which the platform builds the frontend.
      setIn(world.clone, 'dev', ['sluice:services', 'frontend'], {
        repository: 'frontend',
        port: portOf(8280),
      });
      const all = await up();
      assert.match(all, /running build \d+ again: nothing has been pushed to channel dev yet/);
      assert.match(await textAt(8280), /Dame Quackers/);
      assert.deepEqual(await running(...shop), before);
      assert.equal((await statusOf(world)).environments['staging']?.gate?.verdict, 'passed');
    });

    it('says in the first pipeline of the two what dev has no release of yet, and lets the other go on', async () => {
      const { build, log } = await newestBuild(world, 'discounts');
      assert.equal(build.status, 'success', log);
      assert.match(log, /dev has no release of frontend yet: the pipeline of frontend has built none that got here/);
    });

    it('takes a push through dev, staging and production in that order, one digest in all of them', async () => {
      const title = 'For dogs that wait their turn';
      const { commit, deployed } = await deliver(world, 'discounts', dataFile, changes.title(title));
      assert.deepEqual(deployed, ['dev', 'staging', 'production']);
      const { digest } = await (await registryOf(world)).resolve('discounts', commit);
      const { environments } = await statusOf(world);
      for (const [index, name] of deployed.entries()) {
        assert.equal(environments[name]?.services['discounts']?.digest, digest, name);
        assert.match(await textAt([8281, 8181, 8081][index] ?? 0, '/discounts'), new RegExp(title));
      }
      assert.deepEqual(environments['staging']?.gate?.candidate, environments['production']?.gate?.candidate);
    });
  });

  describe('second-app', () => {
    it('comes up beside the shop, whose containers stay', async () => {
      const shop = ['dev/discounts', 'staging/frontend', 'production/discounts'];
      const before = await running(...shop);
      takeUp(world, 'second-app');
      await up();
      assert.match(await textAt(8090), /Two services, one candidate/);
      assert.deepEqual(await running(...shop), before);
      for (const repository of ['blog-api', 'blog-web']) {
        const { build, log } = await newestBuild(world, repository);
        assert.equal(build.status, 'success', log);
      }
    });

    it('delivers a change of one service while the other keeps its container', async () => {
      const web = await running('blog-staging/web', 'blog-production/web');
      const api = await running('blog-staging/api', 'blog-production/api');
      const post = (text: string) =>
        JSON.stringify([{ title: 'A second post', text: 'It came by itself.' }, ...(JSON.parse(text) as object[])]);
      const { deployed } = await deliver(world, 'blog-api', 'data/posts.json', post);
      assert.deepEqual(deployed, ['blog-staging', 'blog-production']);
      assert.match(await textAt(8090), /A second post/);
      assert.deepEqual(await running('blog-staging/web', 'blog-production/web'), web);
      const after = await running('blog-staging/api', 'blog-production/api');
      assert.ok(after.every((one, index) => one !== api[index]));
    });

    it('delivers a push to each of the two at the same time, and neither build is red', async () => {
      const [api, web] = await Promise.all([
        deliver(world, 'blog-api', 'data/posts.json', (text) => text.replace('A second post', 'A third post')),
        deliver(world, 'blog-web', 'src/page.js', (text) => text.replace('<h1>Blog</h1>', '<h1>Both</h1>')),
      ]);
      assert.match(await textAt(8090), /<h1>Both<\/h1>.*A third post/);
      const { services } = (await statusOf(world)).environments['blog-production'] ?? {};
      assert.deepEqual([services?.['api']?.revision, services?.['web']?.revision], [api.commit, web.commit]);
    });
  });

  describe('compose', () => {
    const [staging, production] = [8290, 8291];

    it('comes up beside the others from its compose file, each environment with a volume of its own', async () => {
      const others = ['production/discounts', 'blog-production/web'];
      const before = await running(...others);
      takeUp(world, 'compose');
      // The compose file has the port; the tests' is another one.
      setIn(world.clone, 'guestbook-staging', ['sluice:services', 'web', 'port'], portOf(staging));
      await up();
      assert.deepEqual(await running(...others), before);
      assert.match(await textAt(production, '/sign?name=Ann'), /<h1>Guestbook<\/h1>.*<li>Ann<\/li>/);
      assert.doesNotMatch(await textAt(staging), /Ann/);
    });

    it('takes a push through its gate, and keeps what people have written', async () => {
      const { deployed } = await deliver(world, 'guestbook', 'src/page.js', (text) =>
        text.replace('<!doctype html>', '<!doctype html><html lang="en">'),
      );
      assert.deepEqual(deployed, ['guestbook-staging', 'guestbook-production']);
      assert.match(await textAt(production), /<html lang="en">.*<li>Ann<\/li>/);
    });

    it('keeps out what fails in staging, leaves production as it was, and lets the next good one in', async () => {
      const containers = ['guestbook-production/web', 'guestbook-production/store'];
      const before = await running(...containers);
      const checkout = await Checkout.of(world, 'guestbook');
      const other = (text: string) => text.replace('title: TITLE', "title: 'Visitors'");
      const build = await buildOf(world, await checkout.push('src/main.js', other, 'Another title'), 'guestbook');
      assert.equal(build.status, 'failure', await logOf(world, build, 'guestbook'));
      assert.match(await textAt(staging), /<h1>Visitors<\/h1>/);
      assert.match(await textAt(production), /<h1>Guestbook<\/h1>/);
      assert.deepEqual(await running(...containers), before);
      const back = (text: string) => text.replace("title: 'Visitors'", 'title: TITLE');
      const { deployed } = await deliver(world, 'guestbook', 'src/main.js', back);
      assert.deepEqual(deployed, ['guestbook-staging', 'guestbook-production']);
    });
  });

  describe('artifacts', () => {
    it('publishes the file of a release beside its image', async () => {
      takeUp(world, 'artifacts');
      await up();
      const { commit } = await deliver(world, 'discounts', dataFile, changes.title('For dogs that keep receipts'));
      const registry = await artifactsOf(world);
      const { digest } = await registry.resolve('discounts', commit);
      const [artifact, ...more] = await registry.referrers('discounts', digest);
      assert.deepEqual([artifact?.artifactType, more], [artifactType, []]);
      const { layers } = JSON.parse(await textOf('manifests', artifact?.digest ?? '')) as { layers: Layer[] };
      assert.deepEqual(
        layers.map(({ mediaType, annotations }) => [mediaType, annotations['org.opencontainers.image.title']]),
        [['application/json', 'discounts.json']],
      );
      assert.match(await textOf('blobs', layers[0]?.digest ?? ''), /For dogs that keep receipts/);
    });

    interface Layer {
      mediaType: string;
      digest: string;
      annotations: Record<string, string>;
    }

    /** What the registry answers to anybody with the login. */
    async function textOf(kind: 'manifests' | 'blobs', digest: string): Promise<string> {
      const { url, username, password } = (await platformOf(world)).registry;
      const authorization = `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`).toString('base64')}`;
      const accept = 'application/vnd.oci.image.manifest.v1+json, */*';
      const response = await fetch(`${url}/v2/discounts/${kind}/${digest}`, { headers: { authorization, accept } });
      assert.equal(response.status, 200, digest);
      return response.text();
    }
  });

  describe('all of them', () => {
    it('are taken down, the repositories saved', async () => {
      const { code, stdout, all } = await world.run('destroy', '--yes');
      assert.equal(code, 0, all);
      const folder = /saved repositories and ledger: (.*)/.exec(stdout)?.[1] ?? '';
      for (const repository of ['discounts', 'frontend', 'blog-api', 'blog-web', 'guestbook']) {
        assert.ok(fs.existsSync(path.join(folder, `${repository}.bundle`)), repository);
      }
      const data = ['guestbook-production', 'guestbook-staging'].map((name) => `${prefix}-${name}-entries`);
      assert.deepEqual(await left(), data);
      assert.match(stdout, new RegExp(`to remove it: docker volume rm ${data.join(' ')}`));
      await docker(['volume', 'rm', ...data]);
    });
  });
});

/** Gives the first product another name. */
function rename(name: string): (text: string) => string {
  return (text) => {
    const [first, ...rest] = JSON.parse(text) as object[];
    return `${JSON.stringify([{ ...first, name }, ...rest], null, 2)}\n`;
  };
}

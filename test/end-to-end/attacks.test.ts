import * as assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { basic } from '../../clients/http';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { RegistryClient } from '../../clients/registry/client';
import { Attacker, placesOf, targets, type Target } from './attacks/attacker';
import { makeForeignRepository, forgetForeignRepository } from './attacks/foreign';
import { forgedPush, hookSecret } from './attacks/hook';
import { marks, pushPoison, type Loot } from './attacks/poison';
import { watchSteps } from './attacks/steps';
import { withoutConfigurationService } from './attacks/undefended';
import { theRelease, until } from './engine';
import { pushVariant } from './images';
import { ports, prefix } from './isolate';
import { Checkout, droneOf, platformOf, registryOf } from './shop';
import { theWorld, type World } from './world';

/**
 * Each attack is tried as the platform is, where it must fail, and with its defence taken out, where it must succeed: else
 * it would prove nothing.
 */
describe('8: attacks', function () {
  this.timeout(15 * 60_000);
  let world: World;
  let attacker: Attacker;
  let all: Target[];
  before(async () => {
    world = await theWorld();
    all = await targets();
    attacker = await Attacker.in(`${prefix}-steps`);
  });
  after(() => attacker.end());

  describe('by whoever can push', () => {
    let checkout: Checkout;
    let defended: Loot;
    let undefended: Loot;
    let password: string;
    /** Of the containers of the defended build, by step. */
    let steps: Awaited<ReturnType<ReturnType<typeof watchSteps>['end']>>;

    before(async () => {
      checkout = await Checkout.of(world);
      password = (await platformOf(world)).registry.password ?? 'no password';
      await makeForeignRepository(world);
      const watch = watchSteps();
      defended = await pushPoison(world, checkout);
      steps = await watch.end();
      undefended = await withoutConfigurationService(() => pushPoison(world, checkout));
    });
    after(async () => {
      await forgetForeignRepository(world);
      await checkout.git('push', '--quiet', 'origin', '--delete', 'poison');
    });

    it('PoisonedPipeline: a pushed .drone.yml adds no step', () => {
      assert.ok(defended.branch.includes('== test '), defended.branch);
      assert.ok(!defended.branch.includes(marks.step), defended.branch);
      assert.ok(undefended.branch.includes(marks.step), undefended.branch);
    });

    it('ForeignStep: a repository that the platform does not describe runs nothing', () => {
      assert.ok(defended.foreign.includes('This repository is not part of the platform'), defended.foreign);
      assert.ok(!defended.foreign.includes(marks.step), defended.foreign);
      assert.ok(undefended.foreign.includes(marks.step), undefended.foreign);
    });

    it('MountedSocket: neither a pipeline nor a Dockerfile gets the engine, and no step that sees the code has it', async () => {
      const seen = `${prefix}-production-edge-discounts`;
      assert.ok(!defended.branch.includes(seen), defended.branch);
      assert.ok(defended.branch.includes(marks.dockerfile), defended.branch);
      assert.match(defended.branch, /cannot access '?\/var\/run\/docker\.sock/);
      assert.ok(undefended.branch.includes(seen), undefended.branch);
      const test = steps.get('test');
      assert.ok(test !== undefined, [...steps.keys()].join());
      assert.deepEqual(test.mounts, ['volume /drone/src']);
      assert.equal(test.privileged, false);
      assert.ok(test.networks.includes(`${prefix}-steps`) && !test.networks.includes(`${prefix}-platform`));
      const builder = `http://${prefix}-gateway:2375`;
      assert.equal((await attacker.asks(`${builder}/containers/json`)).status, 403);
      assert.equal((await attacker.asks(`${builder}/containers/create`, { method: 'POST' })).status, 403);
      const { stdout } = await docker(['ps', '--format', '{{.Names}}']);
      assert.ok(stdout.includes(seen), 'the engine itself would have told');
    });

    it('StolenBuildSecret: no secret of the repository gets into what a push can print', () => {
      const hidden = Buffer.from(password).toString('base64');
      const loot = defended.branch.split(/\s+/).map((word) => Buffer.from(word, 'base64').toString('latin1'));
      for (const text of [defended.branch, defended.foreign, ...loot]) {
        assert.ok(!text.includes(password) && !text.includes(hidden), 'the password of the registry was printed');
      }
      assert.ok(undefended.branch.includes(hidden), undefended.branch);
    });
  });

  it('StagingToProduction: what runs in staging, or in a step, reaches what is its own and nothing else', async () => {
    const own = (network: string): string[] => placesOf(all.filter((target) => target.network === network));
    assert.ok(own(`${prefix}-staging`).length > 0 && own(`${prefix}-production`).length > 0);
    assert.deepEqual(await attacker.reaches(all), own(`${prefix}-steps`));
    assert.deepEqual(
      own(`${prefix}-steps`),
      [2375, 3000, 3080, 5000].map((port) => `${prefix}-gateway:${port}`),
    );
    const git = `http://${prefix}-gateway:3000`;
    assert.equal((await attacker.asks(`${git}/api/v1/version`)).status, 403);
    assert.equal((await attacker.asks(`http://${prefix}-drone/healthz`)).status, 0);
    const inStaging = await Attacker.in(`${prefix}-staging`);
    try {
      assert.deepEqual(await inStaging.reaches(all), own(`${prefix}-staging`));
      await inStaging.join(`${prefix}-production`);
      const both = [...own(`${prefix}-staging`), ...own(`${prefix}-production`)].sort();
      assert.deepEqual(await inStaging.reaches(all), both);
    } finally {
      await inStaging.end();
    }
  });

  it('TagOverwrite: another image under the tags of both environments changes nothing that production runs', async () => {
    const registry = await registryOf(world);
    const tags = ['staging', 'production'];
    const before = await Promise.all(tags.map((tag) => registry.resolve('discounts', tag)));
    const release = await theRelease('production', 'discounts');
    const evil = await pushVariant(world, 'production', { name: 'overwritten', broken: true });
    await registry.putTag('discounts', evil, 'staging');
    try {
      const { code, all: said } = await world.run('up', 'production');
      assert.equal(code, 0, said);
      const after = await theRelease('production', 'discounts');
      assert.equal(after.same, release.same);
      assert.notEqual(after.Config.Labels?.[labels.digest], evil);
      // Whoever follows the tag, as others do, takes the attacker's.
      const image = `localhost:${ports.registry}/discounts:production`;
      const { stdout } = await docker(['image', 'inspect', '--format', '{{json .RepoDigests}}', image]);
      assert.ok(stdout.includes(evil), stdout);
    } finally {
      for (const [index, tag] of tags.entries()) {
        await registry.putTag('discounts', before[index]?.digest ?? '', tag);
      }
    }
  });

  it('WebhookForgery: a hook that the git host has not signed starts no build', async () => {
    const { client, slug } = await droneOf(world);
    const count = async (): Promise<number> => (await client.builds(slug))[0]?.number ?? 0;
    const { gitHost } = await platformOf(world);
    const payload = await forgedPush(world, slug);
    const headers = (secret: string): Record<string, string> => ({
      'content-type': 'application/json',
      [`x-${gitHost.kind}-event`]: 'push',
      [`x-${gitHost.kind}-signature`]: createHmac('sha256', secret).update(payload).digest('hex'),
    });
    const hook = `http://${prefix}-drone/hook`;
    const before = await count();
    const front = await fetch(`http://localhost:${ports.drone}/hook`, {
      method: 'POST',
      headers: headers('guessed'),
      body: payload,
    });
    assert.equal(front.status, 404);
    assert.equal((await attacker.asks(hook, { method: 'POST', body: payload })).status, 0);
    // Even from inside the platform.
    const inside = await Attacker.in(`${prefix}-platform`);
    try {
      for (const secret of ['guessed', '']) {
        const answer = await inside.asks(hook, { method: 'POST', headers: headers(secret), body: payload });
        assert.ok(answer.status >= 400, `${answer.status} ${answer.text}`);
      }
      assert.equal(await count(), before);
      const known = headers(await hookSecret(slug));
      assert.equal((await inside.asks(hook, { method: 'POST', headers: known, body: payload })).status, 200);
      await until(async () => ((await count()) > before ? true : undefined));
      await until(async () => ((await client.builds(slug))[0]?.finished ?? 0) > 0 || undefined);
    } finally {
      await inside.end();
    }
  });

  it('PushWithPullAccount: the account of the environments pushes and deletes nothing', async () => {
    const { registry } = await platformOf(world);
    const accounts = registry.accounts;
    assert.ok(accounts !== undefined);
    const { digest } = await (await registryOf(world)).resolve('discounts', 'production');
    const as = (role: keyof typeof accounts): RegistryClient =>
      new RegistryClient({ endpoint: registry.url, ...accounts[role] });
    assert.equal((await as('pull').resolve('discounts', digest)).digest, digest);
    const mayNot = (what: string) => ({ message: new RegExp(`it may not ${what} there`) });
    await assert.rejects(as('pull').putTag('discounts', digest, 'stolen'), mayNot('push'));
    await assert.rejects(as('pull').deleteManifest('discounts', digest), mayNot('delete'));
    await assert.rejects(as('push').deleteManifest('discounts', digest), mayNot('delete'));
    await assert.rejects(as('delete').putTag('discounts', digest, 'stolen'), mayNot('push'));
    // Past the front, where the registry knows accounts and no roles, the same request succeeds.
    await attacker.join(`${prefix}-registry`);
    const upload = await attacker.asks(`http://${prefix}-registry-store:5000/v2/discounts/blobs/uploads/`, {
      method: 'POST',
      headers: { authorization: basic(accounts.pull) },
    });
    assert.equal(upload.status, 202, upload.text);
  });
});

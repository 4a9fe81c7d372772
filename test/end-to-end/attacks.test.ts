import * as assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { DroneAdmin } from '../../actions/lib/drone-admin';
import { basic, http } from '../../actions/lib/http';
import { docker, inspectContainer, listContainers } from '../../engine/docker';
import { labels } from '../../engine/labels';
import { RegistryClient } from '../../engine/registry-client';
import { Attacker, placesOf, targets, type Target } from './attacks/attacker';
import { marks, poisonedDockerfile, poisonedPipeline } from './attacks/poison';
import { withoutConfigurationService } from './attacks/undefended';
import { theRelease, until } from './engine';
import { pushVariant } from './images';
import { ports, prefix } from './isolate';
import { buildOf, Checkout, droneOf, logOf, platformOf, registryOf } from './shop';
import { theWorld, type World } from './world';

/** A repository of the attacker's own, which the platform does not know. */
const foreign = { owner: 'sluice', name: 'foreign' };
const foreignSlug = `${foreign.owner}/${foreign.name}`;

/** What the attacker's pushes made Drone print. */
interface Loot {
  /** In the service's repository, on a branch. */
  branch: string;
  /** In the attacker's repository. */
  foreign: string;
}

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
    /** Of the containers of the defended build's steps, by step. */
    const steps = new Map<string, { mounts: string[]; networks: string[]; privileged: boolean }>();

    before(async () => {
      checkout = await Checkout.of(world);
      password = (await platformOf(world)).registry.password ?? 'no password';
      await makeForeignRepository(world);
      const watch = watchSteps(steps);
      defended = await pushPoison(world, checkout);
      await watch.end();
      undefended = await withoutConfigurationService(() => pushPoison(world, checkout));
    });
    after(async () => {
      await removeForeignRepository(world);
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
      const seen = `${prefix}-production-edge`;
      assert.ok(!defended.branch.includes(seen), defended.branch);
      assert.ok(defended.branch.includes(marks.dockerfile), defended.branch);
      assert.match(defended.branch, /cannot access '?\/var\/run\/docker\.sock/);
      assert.ok(undefended.branch.includes(seen), undefended.branch);
      const test = steps.get('test');
      assert.ok(test !== undefined, [...steps.keys()].join());
      assert.deepEqual(test.mounts, ['/drone']);
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
      [2375, 3000, 5000].map((port) => `${prefix}-gateway:${port}`),
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

/** Pushes the attacker's commit to a branch of the service and to his own repository, and reads what Drone ran. */
async function pushPoison(world: World, checkout: Checkout): Promise<Loot> {
  const files = async (trusted: boolean) => ({
    '.drone.yml': await poisonedPipeline({ trusted }),
    Dockerfile: poisonedDockerfile(),
  });
  const { gitHost } = await platformOf(world);
  const commit = await checkout.pushFiles('poison', await files(true));
  const branch = await logOf(world, await buildOf(world, commit));
  const own = await checkout.pushFiles('main-of-his-own', await files(false), `${gitHost.url}/${foreignSlug}.git`);
  const build = await buildOf(world, own, foreignSlug);
  return { branch, foreign: await logOf(world, build, foreignSlug) };
}

async function adminOf(world: World): Promise<DroneAdmin> {
  const { drone } = await platformOf(world);
  return new DroneAdmin(drone.url, { token: drone.token ?? '' });
}

async function makeForeignRepository(world: World): Promise<void> {
  const { gitHost } = await platformOf(world);
  const login = { username: gitHost.username ?? '', password: gitHost.password ?? '' };
  const json = { name: foreign.name, private: true };
  const authorization = basic(login);
  await http(`${gitHost.url}/api/v1/org/${foreign.owner}/repos`, { method: 'POST', authorization, json });
  const admin = await adminOf(world);
  await admin.synchronize();
  await admin.activate(foreignSlug);
}

async function removeForeignRepository(world: World): Promise<void> {
  const { gitHost, drone } = await platformOf(world);
  await http(`${drone.url}/api/repos/${foreignSlug}?remove=true`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${drone.token ?? ''}` },
    also: [404],
  });
  const login = { username: gitHost.username ?? '', password: gitHost.password ?? '' };
  await http(`${gitHost.url}/api/v1/repos/${foreignSlug}`, { method: 'DELETE', authorization: basic(login) });
}

/** Looks at the containers of steps while they run. */
function watchSteps(seen: Map<string, { mounts: string[]; networks: string[]; privileged: boolean }>) {
  let going = true;
  const look = async (): Promise<void> => {
    while (going) {
      for (const { Id, Config, NetworkSettings } of await listContainers([
        `io.drone.system.host=localhost:${ports.drone}`,
      ])) {
        const variable = (Config.Env ?? []).find((entry) => entry.startsWith('DRONE_STEP_NAME='));
        const name = variable?.slice('DRONE_STEP_NAME='.length) ?? '';
        const networks = Object.keys(NetworkSettings.Networks);
        const before = seen.get(name);
        if (before !== undefined && before.networks.length >= networks.length) continue;
        const format = '{{json .Mounts}}\t{{.HostConfig.Privileged}}';
        const { stdout, code } = await docker(['inspect', '--format', format, Id], { allowFailure: true });
        if (code !== 0) continue;
        const [mounts = '[]', privileged] = stdout.trim().split('\t');
        const places = (JSON.parse(mounts) as { Destination: string }[]).map(({ Destination }) => Destination);
        seen.set(name, { mounts: places, networks, privileged: privileged === 'true' });
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const ended = look();
  return {
    end: () => {
      going = false;
      return ended;
    },
  };
}

/** The secret with which the git host signs its hooks, read where Drone keeps it: nobody but the platform can. */
async function hookSecret(slug: string): Promise<string> {
  const image = (await inspectContainer(`${prefix}-ledger`))?.Image ?? '';
  const program = `const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync('/data/database.sqlite', { readOnly: true });
    console.log(database.prepare('SELECT repo_signer AS secret FROM repos WHERE repo_slug = ?').get(process.argv[1]).secret);`;
  const volume = `${prefix}-drone:/data:ro`;
  const args = ['run', '--rm', '--network', 'none', '--user', '1000:1000', '--volume', volume, image];
  return (await docker([...args, 'node', '--no-warnings', '-e', program, slug])).stdout.trim();
}

/** What the git host would tell of a push of the branch's newest commit. */
async function forgedPush(world: World, slug: string): Promise<string> {
  const { gitHost, repositories } = await platformOf(world);
  const checkout = await Checkout.of(world);
  const commit = await checkout.pushEmpty('forged');
  await buildOf(world, commit);
  const [owner = '', name = ''] = slug.split('/');
  const user = { id: 1, login: 'nobody', username: 'nobody', full_name: '', email: 'nobody@localhost' };
  const page = `${gitHost.url}/${slug}`;
  return JSON.stringify({
    ref: 'refs/heads/forged',
    before: commit,
    after: commit,
    compare_url: page,
    commits: [{ id: commit, message: 'forged', url: page, author: user, committer: user, timestamp: new Date() }],
    repository: {
      ...{ id: 1, name, full_name: slug, private: true, default_branch: 'main', html_url: page },
      ...{ clone_url: repositories['discounts']?.cloneUrl, owner: { ...user, login: owner, username: owner } },
    },
    pusher: user,
    sender: user,
  });
}

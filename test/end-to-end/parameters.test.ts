import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { basic, http } from '../../clients/http';
import { hasEnded, type DroneBuild } from '../../clients/drone/client';
import { inspectContainer } from '../../clients/docker/docker';
import { Attacker } from './attacks/attacker';
import { endOf, pastFront, throughFront, type DroneReply, type DroneRequest } from './attacks/drone-as';
import { evilFiles, evilMark, evilQuery, loaderWords } from './attacks/evil';
import { withoutConfigurationService } from './attacks/undefended';
import { isLong } from '../long';
import { until } from './engine';
import { prefix } from './isolate';
import { buildOf, Checkout, droneOf, logOf, platformOf } from './shop';
import { theWorld, type World } from './world';

/** How often a harmless restart and one with parameters are sent in one second. */
const pairs = isLong ? 20 : 3;

/**
 * Whoever may write to a repository may restart its builds, promote them, have Drone build by the clock, and change Drone's settings of
 * it. None of it may decide what a step runs. Each is tried as the platform is, and with its defence taken out.
 */
describe('9: what somebody adds to a build', function () {
  this.timeout(15 * 60_000);
  let world: World;
  let checkout: Checkout;
  let inside: Attacker;
  let token: string;
  /** Of the push of the attacker's files to the default branch. */
  let pushed: DroneBuild;

  before(async () => {
    world = await theWorld();
    checkout = await Checkout.of(world);
    inside = await Attacker.in(`${prefix}-platform`);
    token = (await platformOf(world)).drone.token ?? '';
    pushed = await buildOf(world, await pushEvil('main'));
    assert.equal(pushed.status, 'success', await logOf(world, pushed));
  });
  after(() => inside.end());

  /** Pushes the attacker's files, on top of the default branch. @returns the commit */
  async function pushEvil(branch: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    await checkout.git('fetch', '--quiet', 'origin');
    await checkout.git('checkout', '--quiet', '-B', branch, 'origin/main');
    for (const [name, text] of Object.entries({ ...evilFiles, ...more })) {
      const file = path.join(checkout.folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text, { mode: 0o755 });
    }
    await checkout.git('add', '--all', '--force');
    await checkout.git('commit', '--quiet', '--allow-empty', '--message', `Evil of ${Date.now()}`);
    await checkout.git('push', '--quiet', '--force', 'origin', `HEAD:${branch}`);
    return checkout.git('rev-parse', 'HEAD');
  }

  const newest = async (): Promise<number> => {
    const { client, slug } = await droneOf(world);
    return (await client.builds(slug))[0]?.number ?? 0;
  };
  const cancel = async (replies: readonly DroneReply[]): Promise<void> => {
    const { client, slug } = await droneOf(world);
    for (const { build } of replies) if (build !== undefined) await client.cancel(slug, build.number).catch(() => {});
  };
  const restart = (query = ''): DroneRequest => ({ path: `/builds/${pushed.number}${query}`, token });
  const untouched = async (build: DroneBuild): Promise<string> => {
    const log = await logOf(world, build);
    assert.ok(!log.includes(evilMark), log);
    assert.doesNotMatch(log, loaderWords);
    return log;
  };

  it(`ParameterRace: of ${pairs} pairs in one second each, no restart with parameters is taken`, async () => {
    for (let pair = 1; pair <= pairs; pair++) {
      const replies = await throughFront(world, [restart(), restart(`?${evilQuery}`)]);
      await cancel(replies);
      assert.deepEqual(
        replies.map(({ status }) => status),
        [200, 403],
      );
    }
    const { client, slug } = await droneOf(world);
    const started = (await client.builds(slug)).filter(({ number }) => number > pushed.number);
    assert.ok(started.length >= pairs);
    for (const { params } of started) assert.deepEqual(params ?? {}, {});
  });

  describe('with the front taken out, when Drone gives a build with parameters the pipeline that delivers', () => {
    let raced: DroneBuild;
    let log: string;
    before(async () => {
      raced = await until(async () => {
        const [harmless, second] = await pastFront(world, inside, [restart(), restart(`?${evilQuery}`)]);
        assert.ok(harmless !== undefined && second?.build !== undefined);
        await cancel([harmless]);
        const { client, slug } = await droneOf(world);
        const build = await client.build(slug, second.build.number);
        // Another second began between the two: that one was refused.
        return build.stages?.some(({ name }) => name === 'deliver') === true ? build : undefined;
      });
      assert.notDeepEqual(raced.params ?? {}, {});
      raced = await endOf(world, raced.number);
      log = await untouched(raced);
    });

    it('PathInWorkspace: its steps run none of the pushed programs, and it delivers the commit', () => {
      assert.equal(raced.status, 'success', log);
      assert.match(log, /== deploy production success/);
    });

    it('LoaderVariables: no loader, shell or Node of a step is told anything', () => {
      assert.match(log, /== push success/);
      assert.match(log, /staging: nothing changed/);
    });

    it('a promotion of it approves nothing', async () => {
      const [reply] = await throughFront(world, [{ path: `/builds/${raced.number}/promote?target=production`, token }]);
      assert.equal(reply?.status, 200);
      const build = await endOf(world, reply.build?.number ?? 0);
      assert.equal(build.status, 'failure');
      await untouched(build);
    });
  });

  it('ForeignWebhook: the git host calls nothing of Drone but its hook, whatever somebody has it call', async () => {
    const { gitHost } = await platformOf(world);
    const before = await newest();
    const api = `${gitHost.url}/api/v1/repos/sluice/discounts/hooks`;
    const authorization = basic({ username: gitHost.username ?? '', password: gitHost.password ?? '' });
    const build = `/api/repos/sluice/discounts/builds/${pushed.number}`;
    for (const url of [
      `http://${prefix}-drone${build}?${evilQuery}`,
      `http://${prefix}-drone-front:8088${build}?A=b`,
      `http://${prefix}-drone-front:8088${build}`,
      `http://${prefix}-drone-front:8080${build}?A=b`,
    ]) {
      const { body } = await http<{ id: number }>(api, {
        method: 'POST',
        authorization,
        json: {
          type: gitHost.kind,
          active: true,
          events: ['push'],
          config: { url, content_type: 'json' },
          authorization_header: `Bearer ${token}`,
        },
      });
      await http(`${api}/${body.id}/tests`, { method: 'POST', authorization });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      await http(`${api}/${body.id}`, { method: 'DELETE', authorization });
      assert.equal(await newest(), before, url);
    }
  });

  it('ForeignCron: Drone builds nothing by the clock, and takes no parameters for it', async () => {
    const before = await newest();
    const cron = { name: 'foreign', expr: '@yearly', branch: 'main' };
    const replies = await throughFront(world, [
      { path: '/cron', body: cron, token },
      { path: '/cron/foreign', token },
      { path: '/cron/foreign?A=b', token },
      { path: '/cron/foreign', method: 'DELETE', token },
    ]);
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 200, 403, 204],
    );
    assert.equal(await newest(), before);
  });

  it('ChangedConfigPath: another file of the repository is no pipeline', async () => {
    await configPath('evil.yml');
    try {
      const build = await buildOf(world, await pushEvil('config-path', { 'evil.yml': await foreignPipeline() }));
      const log = await untouched(build);
      assert.match(log, /== test success/);
    } finally {
      await configPath('.drone.yml');
    }
  });

  it('BranchNamedLikeARef, and a tag of the default branch’s name: tested at most', async () => {
    const before = await newest();
    await checkout.git('push', '--quiet', 'origin', 'HEAD:refs/heads/refs/heads/main', 'HEAD:refs/tags/main');
    const { client, slug } = await droneOf(world);
    const commit = await checkout.git('rev-parse', 'HEAD');
    const found = await until(async () => {
      const builds = (await client.builds(slug)).filter(({ number, after }) => number > before && after === commit);
      return builds.length > 0 && builds.every(({ status }) => hasEnded(status)) ? builds : undefined;
    });
    for (const { number } of found) {
      const { stages } = await client.build(slug, number);
      assert.deepEqual(
        stages?.map(({ name }) => name),
        ['test'],
      );
    }
    await checkout.git('push', '--quiet', 'origin', ':refs/heads/refs/heads/main', ':refs/tags/main');
  });

  it('without the configuration service, and without their own variables, steps run all of it', async () => {
    await withoutConfigurationService(async () => {
      const pipeline = await foreignPipeline();
      const build = await buildOf(world, await pushEvil('unguarded', { '.drone.yml': pipeline, 'evil.yml': pipeline }));
      assert.ok(!(await logOf(world, build)).includes(`${evilMark} as`));
      const path = `/builds/${build.number}?${evilQuery}`;
      const [front, reply] = [
        await throughFront(world, [{ path, token }]),
        await pastFront(world, inside, [{ path, token }]),
      ];
      assert.equal(front[0]?.status, 403);
      const log = await logOf(world, await endOf(world, reply[0]?.build?.number ?? 0));
      assert.ok(log.includes(`${evilMark} as 0`), log);
      assert.match(log, loaderWords);
      // The clock, and another file.
      const cron = { name: 'unguarded', expr: '@yearly', branch: 'unguarded' };
      const [, run] = await throughFront(world, [
        { path: '/cron', body: cron, token },
        { path: '/cron/unguarded', token },
      ]);
      const byClock = run?.build ?? (await latest('cron'));
      assert.ok((await logOf(world, await endOf(world, byClock.number))).includes('the-foreign-step-runs'));
      await configPath('evil.yml');
      const [again] = await throughFront(world, [{ path: `/builds/${build.number}`, token }]);
      assert.ok((await logOf(world, await endOf(world, again?.build?.number ?? 0))).includes('the-foreign-step-runs'));
      await throughFront(world, [{ path: '/cron/unguarded', method: 'DELETE', token }]);
      await configPath('.drone.yml');
    });
    await checkout.git('push', '--quiet', 'origin', '--delete', 'unguarded', 'config-path');
  });

  async function configPath(file: string): Promise<void> {
    const [reply] = await throughFront(world, [{ path: '', method: 'PATCH', body: { config_path: file }, token }]);
    assert.equal(reply?.status, 200);
  }

  async function latest(event: string): Promise<DroneBuild> {
    const { client, slug } = await droneOf(world);
    return until(async () => (await client.builds(slug)).find((build) => build.event === event));
  }

  /** One step that is started as Drone starts steps by itself, in the folder with the pushed code. */
  async function foreignPipeline(): Promise<string> {
    const image = (await inspectContainer(`${prefix}-pipelines`))?.Image ?? '';
    return stringify({
      kind: 'pipeline',
      type: 'docker',
      name: 'unguarded',
      clone: { disable: true },
      steps: [
        {
          name: 'fetch',
          image,
          pull: 'never',
          environment: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/tmp', LD_PRELOAD: '', LD_AUDIT: '' },
          commands: [
            'echo the-foreign-step-runs',
            `/usr/bin/env -i git clone -q http://${prefix}-gateway:3000/sluice/discounts.git /drone/src/own`,
            'cp -r /drone/src/own/evil /drone/src/ || true',
          ],
        },
        { name: 'mine', image, pull: 'never', commands: ['stat / || true', 'id'] },
      ],
    });
  }
});

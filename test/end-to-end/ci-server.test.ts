import * as assert from 'node:assert/strict';
import { BrowserSession } from '../../clients/git-host/browser-session';
import { DroneAdmin } from '../../clients/drone/drone-admin';
import { gitHostClient } from '../../clients/git-host';
import { docker } from '../../clients/docker/docker';
import { until } from './engine';
import { prefix, setConfig } from './isolate';
import { buildOf, Checkout, logOf, platformOf } from './shop';
import { theWorld, type World } from './world';

describe('2: git host and CI server', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let checkout: Checkout;
  before(async () => {
    world = await theWorld();
    checkout = await Checkout.of(world);
  });

  /** Signs the people's account in to Drone as a browser does. @returns the session's cookies */
  async function signIn(): Promise<string> {
    const { gitHost, drone } = await platformOf(world);
    const login = { username: gitHost.username ?? '', password: gitHost.password ?? '' };
    const client = gitHostClient({ kind: gitHost.kind, container: `${prefix}-git`, url: gitHost.url });
    return client.signInTo({ loginUrl: `${drone.url}/login` }, login);
  }

  it('lets a person in, out and in again', async () => {
    const { gitHost, drone } = await platformOf(world);
    for (let round = 1; round <= 2; round++) {
      const cookies = await signIn();
      const { login, admin } = await new DroneAdmin(drone.url, { cookies }).user();
      assert.equal(login, gitHost.username);
      assert.equal(admin, true);
      const out = await new BrowserSession().visit(`${drone.url}/logout`, { headers: { cookie: cookies } });
      assert.match(out.answer.headers.getSetCookie().join(), /_session_=deleted/);
    }
  });

  it('lets nobody register', async () => {
    const { gitHost } = await platformOf(world);
    const form = { user_name: 'mallory', email: 'm@localhost', password: 'mallory-1', retype: 'mallory-1' };
    await fetch(`${gitHost.url}/user/sign_up`, { method: 'POST', body: new URLSearchParams(form) });
    assert.equal((await fetch(`${gitHost.url}/api/v1/users/mallory`)).status, 404);
  });

  it('builds a push after everything was stopped and came up in the wrong order', async () => {
    const names = ['drone-front', 'runner', 'drone', 'git'].map((name) => `${prefix}-${name}`);
    await docker(['stop', ...names]);
    for (const name of names) await docker(['start', name]);
    const { gitHost } = await platformOf(world);
    await answering(gitHost.url);
    const build = await buildOf(world, await checkout.pushEmpty('after-restart'));
    assert.equal(build.status, 'success', await logOf(world, build));
    await signIn();
  });

  it('builds two pushes at the same time, and one after the other with a capacity of 1', async () => {
    assert.ok((await overlap(['both-1', 'both-2'])) > 0);
    setConfig(world.clone, 'platform', { droneCapacity: 1 });
    const { code, all } = await world.pulumi('platform', 'up');
    assert.equal(code, 0, all);
    assert.ok((await overlap(['one-1', 'one-2'])) <= 0);
  });

  /** Seconds in which the builds of two branches ran at the same time. */
  async function overlap(branches: [string, string]): Promise<number> {
    const commits = [await checkout.pushEmpty(branches[0]), await checkout.pushEmpty(branches[1])];
    const [first, second] = await Promise.all(commits.map((commit) => buildOf(world, commit)));
    assert.ok(first !== undefined && second !== undefined);
    return Math.min(first.finished, second.finished) - Math.max(first.started, second.started);
  }
});

async function answering(url: string): Promise<void> {
  await until(() =>
    fetch(url).then(
      (response) => (response.ok ? response : undefined),
      () => undefined,
    ),
  );
}

import * as assert from 'node:assert/strict';
import { basic, bearer, http } from '../../clients/http';
import { gitHostClient } from '../../clients/git-host';
import { docker } from '../../clients/docker/docker';
import { abilitiesOf, limitsOf } from '../../clients/git-host/abilities';
import { until } from './engine';
import { prefix } from './isolate';
import { openPullRequest } from './pull-requests';
import { buildOf, Checkout, droneOf, logOf, platformOf } from './shop';
import { theWorld, type World } from './world';

describe('2: what the git host can do', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let checkout: Checkout;
  let login: { username: string; password: string };
  before(async () => {
    world = await theWorld();
    checkout = await Checkout.of(world);
    const { gitHost } = await platformOf(world);
    login = { username: gitHost.username ?? '', password: gitHost.password ?? '' };
  });

  it('tells people and Drone the address that people use; steps get there all the same', async () => {
    const { drone, gitHost, repositories } = await platformOf(world);
    const { slug } = await droneOf(world);
    const { body } = await http<{ git_http_url: string; link: string }>(`${drone.url}/api/repos/${slug}`, {
      authorization: bearer(drone.token ?? ''),
    });
    const cloneUrl = repositories['discounts']?.cloneUrl;
    assert.equal(cloneUrl, `${gitHost.url}/${slug}.git`);
    assert.equal(body.git_http_url, cloneUrl);
    const build = await buildOf(world, await checkout.pushEmpty('addresses'));
    assert.equal(build.status, 'success', await logOf(world, build));
  });

  it('builds a push and lets people in after it alone was restarted', async () => {
    const { drone, gitHost } = await platformOf(world);
    await docker(['restart', `${prefix}-git`]);
    await until(() =>
      fetch(gitHost.url).then(
        (response) => (response.ok ? response : undefined),
        () => undefined,
      ),
    );
    const build = await buildOf(world, await checkout.pushEmpty('after-git'));
    assert.equal(build.status, 'success', await logOf(world, build));
    const client = gitHostClient({ kind: gitHost.kind, container: `${prefix}-git`, url: gitHost.url });
    for (let round = 1; round <= 2; round++)
      assert.match(await client.signInTo({ loginUrl: `${drone.url}/login` }, login), /_session_=/);
  });

  it('shows beside a commit how its build went, or it is said that it can’t', async () => {
    const { gitHost } = await platformOf(world);
    const { slug } = await droneOf(world);
    const commit = await checkout.pushEmpty('statuses');
    await buildOf(world, commit);
    const ask = () =>
      http<{ state?: string }>(`${gitHost.url}/api/v1/repos/${slug}/commits/${commit}/status`, {
        authorization: basic(login),
        also: [404, 401],
      });
    if (abilitiesOf(gitHost.kind).commitStatuses) {
      await until(async () => ((await ask()).body.state === 'success' ? true : undefined));
      return;
    }
    assert.notEqual((await ask()).status, 200);
    await isSaid(/build results/);
  });

  it('starts a build for a pull request, or none, which is said, and the branch is tested', async () => {
    const { gitHost } = await platformOf(world);
    const { client, slug } = await droneOf(world);
    const commit = await checkout.pushEmpty('proposal');
    await openPullRequest[gitHost.kind]?.({ url: gitHost.url, login, slug, branch: 'proposal' });
    const pushed = await buildOf(world, commit);
    assert.equal(pushed.status, 'success', await logOf(world, pushed));
    const builds = async () => (await client.builds(slug)).filter(({ event }) => event === 'pull_request');
    if (abilitiesOf(gitHost.kind).pullRequests) {
      const { number } = await until(async () => (await builds()).find(({ after }) => after === commit));
      const build = await until(async () => {
        const found = await client.build(slug, number);
        return found.finished > 0 ? found : undefined;
      });
      assert.equal(build.status, 'success', await logOf(world, build));
      return;
    }
    // Hooks come in the order of what they tell: by the end of a later push the pull request was told.
    await buildOf(world, await checkout.pushEmpty('proposal'));
    assert.deepEqual(await builds(), []);
    await isSaid(/pull requests/);
  });

  /** Status, up's last lines and the seeded pipeline name this limit. */
  async function isSaid(what: RegExp): Promise<void> {
    const { gitHost } = await platformOf(world);
    const limit = limitsOf(gitHost.kind).find((each) => what.test(each)) ?? 'no such limit';
    assert.ok((await world.run('status')).stdout.includes(limit));
    assert.ok((await checkout.git('show', 'origin/main:.drone.yml')).includes(`# Note: ${limit}.`));
  }
});

import * as assert from 'node:assert/strict';
import type { DroneBuild } from '../../clients/drone/client';
import { personAtMachine } from '../../pipelines/by';
import { labels } from '../../clients/docker/labels';
import { approvalText } from '../../releases/approval';
import { findLast, type CutoverRecord } from '../../releases/ledger';
import { candidateKey } from '../../releases/names';
import type { Candidate } from '../../releases/types';
import { assertEnded } from '../errors/told';
import { Attacker } from './attacks/attacker';
import { endOf, pastFront, throughFront, tokenOfPeople, type DroneRequest } from './attacks/drone-as';
import { theRelease } from './engine';
import { prefix, setConfig } from './isolate';
import { buildOf, changes, Checkout, dataFile, digestIn, logOf, platformOf, statusOf } from './shop';
import { theWorld, type World } from './world';
import { appendTo, recordsOf } from './ledgers';

/** Whoever runs these tests, as the machine knows him. */
const here = personAtMachine();

describe('10: people who approve', function () {
  this.timeout(12 * 60_000);
  let world: World;
  let checkout: Checkout;
  let people: { login: string; token: string };
  /** Digest that production runs while nobody has approved another. */
  let kept: string;
  let offered: { build: DroneBuild; digest: string };

  before(async () => {
    world = await theWorld();
    people = await tokenOfPeople(world);
    setConfig(world.clone, 'production', { approval: 'required', approvers: [people.login, here] });
    // The platform, too: its pipelines know who is asked.
    const { code, all } = await world.run('up', 'platform', 'staging', 'production');
    assert.equal(code, 0, all);
    checkout = await Checkout.of(world);
    kept = await inProduction();
  });
  after(async () => {
    setConfig(world.clone, 'production', { approval: 'none', approvers: [] });
    const { code, all } = await world.run('up', 'platform', 'staging', 'production');
    assert.equal(code, 0, all);
  });

  const inProduction = async (): Promise<string> =>
    (await theRelease('production', 'discounts')).Config.Labels?.[labels.digest] ?? '';
  const candidateOf = async (environment: string): Promise<Candidate> => {
    const cutover: CutoverRecord | undefined = findLast(await recordsOf(world, environment), 'cutover', environment);
    assert.ok(cutover !== undefined);
    return cutover.candidate;
  };
  /** Pushes a good change, which gets as far as staging. */
  const push = async (title: string): Promise<typeof offered> => {
    // A world that was kept has seen the title before.
    const commit = await checkout.push(dataFile, changes.title(`${title} ${Date.now()}`), title);
    const build = await buildOf(world, commit);
    const log = await logOf(world, build);
    assert.equal(build.status, 'success', log);
    assert.match(log, /production waits for an approval by drone:\S+ or os:\S+:/);
    const digest = digestIn(await statusOf(world), 'staging');
    assert.notEqual(digest, await inProduction());
    return { build, digest };
  };

  it('a push waits: its pipeline is green and says for whom, its checks have passed, production stays', async () => {
    offered = await push('Approved by nobody');
    assert.equal(await inProduction(), kept);
    const gate = (await statusOf(world)).environments['production']?.gate;
    assert.equal(gate?.verdict, 'waiting');
    assert.equal(gate.candidate?.['discounts'], offered.digest);
    const tested = findLast(await recordsOf(world, 'production'), 'tested', 'production');
    assert.equal(tested?.candidate['discounts']?.digest, offered.digest);
    assert.deepEqual(
      tested.checks.map(({ verdict }) => verdict),
      ['passed', 'passed'],
    );
  });

  it('nor does ./sluice promote let it in; and again changes nothing, from plain Pulumi too', async () => {
    assertEnded('approvalWaits', await world.run('promote', 'production'));
    const again = await world.pulumi('production', 'up', '--expect-no-changes');
    assert.equal(again.code, 0, again.all);
    assert.equal(await inProduction(), kept);
  });

  it('WrongCandidate: an approval of what is not offered is refused', async () => {
    assertEnded('approvalOfAnother', await world.run('approve', 'production', '--candidate', kept));
    assert.equal(await inProduction(), kept);
  });

  it('Expired: an approval that was not used in time lets nothing through', async () => {
    const now = new Date();
    await appendTo(world, 'production', {
      kind: 'approval',
      at: new Date(now.getTime() - 7_200_000).toISOString(),
      environment: 'production',
      candidate: await candidateOf('staging'),
      by: 'ann@laptop',
      verdict: 'approved',
      person: here,
      reason: 'this morning',
      expiresAt: new Date(now.getTime() - 3_600_000).toISOString(),
    });
    const { code, all } = await world.run('up', 'production');
    assert.equal(code, 0, all);
    assert.match(all, /that expired at/);
    assert.equal(await inProduction(), kept);
  });

  it('Refused: stands as a refusal by a gate does, with who and why', async () => {
    const said = ['--candidate', offered.digest, '--refuse', '--reason', 'not before noon'];
    const refused = await world.run('approve', 'production', ...said);
    assert.equal(refused.code, 0, refused.all);
    const ended = await world.run('up', 'production');
    assertEnded('approvalRefused', ended);
    assert.match(ended.all, /because: not before noon/);
    assert.equal(await inProduction(), kept);
  });

  it('GivenBefore: an approval of what was offered before lets the next one not through', async () => {
    const { code, all } = await world.run('approve', 'production', '--candidate', offered.digest, '--only-record');
    assert.equal(code, 0, all);
    const before = offered;
    offered = await push('Another one');
    assert.notEqual(offered.digest, before.digest);
    assert.equal(await inProduction(), kept);
  });

  it('one that names it lets it in at once, and history tells by whom', async () => {
    const key = candidateKey(await candidateOf('staging'));
    // What a job of GitLab has says nothing here: this platform's own server is another, and this is a terminal.
    const claims = { CI_PROJECT_PATH: 'shop/api', CI_PIPELINE_ID: '7', GITLAB_CI: 'true', GITLAB_USER_LOGIN: 'ann' };
    const words = ['approve', 'production', '--candidate', key, '--reason', 'the sale begins'];
    const { code, all } = await claiming(claims, () => world.run(...words));
    assert.equal(code, 0, all);
    assert.equal(await inProduction(), offered.digest);
    const said = findLast(await recordsOf(world, 'production'), 'approval', 'production');
    assert.equal(said?.person, here);
    assert.equal(said.by, here.replace('os:', ''));
    const history = await world.run('history', 'production');
    assert.ok(history.all.includes(approvalText(said)), history.all);
    kept = offered.digest;
  });

  it('ClaimedApprover: variables of a build that Drone does not confirm speak for nobody', async () => {
    const claims = {
      DRONE_REPO: 'sluice/discounts',
      DRONE_BUILD_NUMBER: String(offered.build.number),
      DRONE_BUILD_TRIGGER: people.login,
      SLUICE_PROMOTED_BY: people.login,
    };
    const before = await recordsOf(world, 'production');
    const words = ['approve', 'production', '--candidate', offered.digest];
    assertEnded('notConfirmedByDrone', await claiming(claims, () => world.run(...words)));
    assert.deepEqual(await recordsOf(world, 'production'), before);
  });

  it('WrongCommit: a promotion approves the release of its own commit, and no other', async () => {
    const former = offered.build;
    offered = await push('Promoted in Drone');
    const [old] = await throughFront(world, [promotion(former.number)]);
    const build = await endOf(world, old?.build?.number ?? 0);
    assert.equal(build.status, 'failure', await logOf(world, build));
    assert.equal(await inProduction(), kept);
  });

  it('PromotedParameters: a promotion of a build with parameters approves nothing', async () => {
    const inside = await Attacker.in(`${prefix}-platform`);
    try {
      const path = `/builds/${offered.build.number}?SLUICE_PROMOTED_BY=${people.login}&PATH=/drone/src`;
      const [restarted] = await pastFront(world, inside, [{ path, token: people.token }]);
      const parent = restarted?.build?.number ?? 0;
      assert.equal((await endOf(world, parent)).status, 'failure');
      // In one second, so that Drone remembers the first one's pipeline; that one is of somebody who may not approve.
      const [first, second] = await throughFront(world, [
        promotion(offered.build.number, await machineToken()),
        promotion(parent),
      ]);
      const builds = [await endOf(world, first?.build?.number ?? 0), await endOf(world, second?.build?.number ?? 0)];
      assert.deepEqual(
        builds.map(({ status }) => status),
        ['failure', 'failure'],
      );
      assert.notDeepEqual(builds[1]?.params ?? {}, {});
      assert.equal(await inProduction(), kept);
    } finally {
      await inside.end();
    }
  });

  it('PromoterRace: two promotions of one commit in one second are each its own person’s', async () => {
    const [first, second] = await throughFront(world, [
      promotion(offered.build.number, await machineToken()),
      promotion(offered.build.number),
    ]);
    const eve = await endOf(world, first?.build?.number ?? 0);
    assert.equal(eve.status, 'failure');
    assert.match(await logOf(world, eve), /drone:\S+ is not among those who approve for production/);
    const ann = await endOf(world, second?.build?.number ?? 0);
    assert.equal(ann.status, 'success', await logOf(world, ann));
    assert.equal(
      findLast(await recordsOf(world, 'production'), 'approval', 'production')?.person,
      `drone:${people.login}`,
    );
    assert.equal(await inProduction(), offered.digest);
  });

  /** What the button in Drone's pages sends. @param token of whoever presses it; by default of the people's account */
  function promotion(number: number, token = people.token): DroneRequest {
    return { path: `/builds/${number}/promote?target=production`, token };
  }

  /** Of an account that is not among the approvers. */
  async function machineToken(): Promise<string> {
    return (await platformOf(world)).drone.token ?? '';
  }

  /** Runs with variables that somebody has set. */
  async function claiming<T>(variables: Record<string, string>, run: () => Promise<T>): Promise<T> {
    Object.assign(world.env, variables);
    try {
      return await run();
    } finally {
      for (const name of Object.keys(variables)) Reflect.deleteProperty(world.env, name);
    }
  }
});

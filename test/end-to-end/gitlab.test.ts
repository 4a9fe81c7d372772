import * as assert from 'node:assert/strict';
import type { AppCheckout } from '../gitlab/app';
import { Machines, type Seen } from '../gitlab/machines';
import { jobClaims, TestIssuer, type Claims } from '../gitlab/issuer';
import type { GitLabRunner, PipelineRun } from '../gitlab/runner';
import { gitLabTeam } from '../gitlab/team';
import { startLoginRegistry, type LoginRegistry } from '../ssh-host/registry';
import { teamOfFour } from '../stacks/team-of-four';
import { prefix } from './isolate';
import { theWorld, type World } from './world';

/** Harbor's project; all images of these tests are below it. */
const project = 'sluice-test-gl';
const environments = ['dev', 'pilot', 'stage', 'production'] as const;
type Environment = (typeof environments)[number];

describe('a team at GitLab, with machines that are reached by SSH', function () {
  this.timeout(20 * 60_000);
  let world: World;
  let harbor: LoginRegistry;
  let machines: Machines;
  let app: AppCheckout;
  let runner: GitLabRunner;
  let secrets: string[];
  /** Signs as GitLab does; gitlab-ci-local gives jobs no ID tokens. */
  let issuer: TestIssuer;
  /** The commit of the last pipeline. */
  let commit: string;

  const see = (environment: Environment): Promise<Seen> => machines.see(environment);
  const seeAll = async (): Promise<Record<Environment, Seen>> =>
    Object.fromEntries(await Promise.all(environments.map(async (each) => [each, await see(each)] as const))) as Record<
      Environment,
      Seen
    >;
  const assertNoSecret = (output: string): void => {
    for (const secret of secrets) assert.ok(!output.includes(secret), 'a secret was printed');
  };
  /** What a file has in its `image:` of the app. */
  const imageIn = ({ file }: Seen): string => /discounts:\n +image: +(\S+)/.exec(file)?.[1] ?? '';
  /** A file without the image of the app. */
  const rest = (seen: Seen): string => seen.file.replace(`${imageIn(seen)}   #`, '   #');

  before(async () => {
    world = await theWorld();
    issuer = await TestIssuer.start();
    harbor = await startLoginRegistry('gl');
    await harbor.push(`${project}/first`, '1', { version: 'first', is: 'plain' });
    machines = await Machines.start(
      prefix,
      {
        office: { compose: 'docker-compose', environments: ['dev', 'pilot', 'stage'] },
        shop: { compose: 'docker compose', environments: ['production'] },
      },
      `${harbor.address}/${project}/first:1`,
    );
    const [office, shop] = [machines.of['dev'], machines.of['production']];
    assert.ok(office !== undefined && shop !== undefined);
    const target = (host: typeof office, login: Record<string, string>) => ({
      target: {
        kind: 'compose-ssh',
        host: host.place.host,
        port: host.place.port,
        user: '$SSH_USER',
        hostKey: host.place.hostKey,
      },
      ...login,
    });
    const team = teamOfFour();
    const stacks = {
      platform: { ...team.platform, prefix, registryNamespace: project, ciUrl: issuer.url },
      dev: { ...team.dev, ...target(office, { sshPassword: '$SSH_PASSWORD' }) },
      pilot: { ...team.pilot, ...target(office, { sshPassword: '$SSH_PASSWORD' }) },
      stage: { ...team.stage, ...target(office, { sshPassword: '$SSH_PASSWORD' }) },
      production: {
        ...team.production,
        approval: 'required',
        ...target(shop, { sshPrivateKey: '$SSH_PRIVATE_KEY' }),
      },
    };
    // The office takes a password, the shop a key.
    const variables = {
      SSH_USER: office.place.user,
      SSH_PASSWORD: office.password,
      SSH_PRIVATE_KEY: shop.privateKey,
    };
    const made = await gitLabTeam({ world, registry: harbor, variables, stacks });
    ({ app, runner } = made);
    secrets = [harbor.password, office.password, shop.privateKey.split('\n')[2] ?? '', made.passphrase];
  });
  after(async () => {
    await machines.stop();
    await harbor.stop();
    await issuer.stop();
  });

  /** A person starts the job that deploys production: GitLab gives it a token that says so. */
  const approve = async (changes: Claims = {}): Promise<PipelineRun> => {
    const claims = jobClaims({ aud: `sluice/${prefix}`, sha: commit, ...changes });
    return runner.start('deploy production', { SLUICE_ID_TOKEN: await issuer.sign(claims) });
  };

  it('npm run up publishes the image of the jobs; ./sluice pipeline prints the file', async () => {
    const up = await world.run('up', 'platform');
    assert.equal(up.code, 0, up.all);
    const { code, stdout, all } = await world.run('pipeline', 'discounts');
    assert.equal(code, 0, all);
    for (const secret of secrets) assert.ok(!stdout.includes(secret));
    commit = app.commit({ version: 'one' }, { '.gitlab-ci.yml': stdout });
  });

  it('a push deploys dev, and nothing else', async () => {
    const before = await seeAll();
    const { code, output } = await runner.push();
    assert.equal(code, 0, output);
    const after = await seeAll();
    assert.match(imageIn(after.dev), new RegExp(`^${harbor.address}/${project}/discounts:latest@sha256:[0-9a-f]{64}$`));
    assert.equal(rest(after.dev), rest(before.dev));
    assert.equal(after.dev.image, imageIn(after.dev));
    assert.equal(after.dev.says, 'one');
    assert.deepEqual({ ...after, dev: undefined }, { ...before, dev: undefined });
    assertNoSecret(output);
  });

  it('production can’t be had before stage has the release', async () => {
    const before = await see('production');
    const { code, output } = await approve();
    assert.notEqual(code, 0, output);
    assert.match(output, /production is offered nothing yet/);
    assert.deepEqual(await see('production'), before);
  });

  it('stage changes by its manual job only', async () => {
    const before = await seeAll();
    const { code, output } = await runner.start('deploy stage');
    assert.equal(code, 0, output);
    const after = await seeAll();
    assert.equal(imageIn(after.stage), imageIn(before.dev));
    assert.equal(after.stage.says, 'one');
    assert.deepEqual({ ...after, stage: undefined }, { ...before, stage: undefined });
  });

  it('ClaimedApprover, ForgedIdToken: nobody approves whom GitLab has not signed for this job', async () => {
    const before = await see('production');
    const claims = jobClaims({ aud: `sluice/${prefix}`, sha: commit });
    const other = await TestIssuer.start();
    const forged = await other.sign({ ...claims, iss: issuer.url });
    await other.stop();
    for (const [variables, why] of [
      [{}, /nothing proves who has started this job/],
      [{ SLUICE_ID_TOKEN: forged }, /GitLab has not signed it/],
      [{ SLUICE_ID_TOKEN: await issuer.sign({ ...claims, environment: 'stage' }) }, /its environment is "stage"/],
    ] as [Record<string, string>, RegExp][]) {
      const { code, output } = await runner.start('deploy production', { GITLAB_USER_LOGIN: 'ann', ...variables });
      assert.notEqual(code, 0, output);
      assert.match(output, why);
      assert.deepEqual(await see('production'), before);
    }
  });

  it('production waits for a person although its gate has passed, and takes it by its manual job', async () => {
    const before = await see('production');
    const waiting = await world.run('deploy', 'production');
    assert.equal(waiting.code, 0, waiting.all);
    assert.match(waiting.all, /production waits for an approval/);
    assert.deepEqual(await see('production'), before);
    const { code, output } = await approve();
    assert.equal(code, 0, output);
    const after = await see('production');
    assert.equal(imageIn(after), imageIn(await see('stage')));
    assert.equal(rest(after), rest(before));
    assert.equal(after.says, 'one');
    const history = await world.run('history', 'production');
    assert.match(history.all, /gitlab\.example\.com/);
    assert.match(history.all, /approved by (gitlab:)?ann\b/);
    // Started once more, the job has nothing left to do.
    const again = await approve({ user_login: 'bob' });
    assert.equal(again.code, 0, again.output);
    assert.deepEqual(await see('production'), after);
  });

  it('another DEFAULT_IMAGE_TAG builds, pushes and deploys under that tag without a new commit', async () => {
    const before = await see('dev');
    const { code, output } = await runner.push({ DEFAULT_IMAGE_TAG: 'rc-7' });
    assert.equal(code, 0, output);
    const after = await see('dev');
    assert.match(imageIn(after), /discounts:rc-7@sha256:[0-9a-f]{64}$/);
    assert.equal(after.image, imageIn(after));
    assert.equal(rest(after), rest(before));
    assert.notEqual(after.container, before.container);
  });

  it('the same digest again changes nothing', async () => {
    const before = await see('dev');
    const { code, output } = await runner.push({ DEFAULT_IMAGE_TAG: 'rc-7' });
    assert.equal(code, 0, output);
    assert.deepEqual(await see('dev'), before);
  });

  it('what fails its unit tests is neither pushed nor deployed', async () => {
    const before = await seeAll();
    app.commit({ version: 'untested', is: 'untested' });
    const { code, output } = await runner.push();
    assert.notEqual(code, 0, output);
    assert.match(output, /The tests of discounts failed/);
    assert.deepEqual(await seeAll(), before);
  });

  it('a broken release leaves file and container as before, and its last words', async () => {
    const before = await seeAll();
    app.commit({ version: 'broken', is: 'exits' });
    const { code, output } = await runner.push();
    assert.notEqual(code, 0, output);
    assert.match(output, /no price list: giving up/);
    const after = await seeAll();
    assert.equal(after.dev.file, before.dev.file);
    assert.equal(after.dev.image, before.dev.image);
    assert.equal(after.dev.says, before.dev.says);
    assert.deepEqual({ ...after, dev: undefined }, { ...before, dev: undefined });
  });

  it('what the gate refuses gets into production by nobody’s job', async () => {
    commit = app.commit({ version: 'unsound', is: 'unsound' });
    const push = await runner.push();
    assert.equal(push.code, 0, push.output);
    const stage = await runner.start('deploy stage');
    assert.equal(stage.code, 0, stage.output);
    assert.equal((await see('stage')).says, 'unsound');
    const before = await see('production');
    const { code, output } = await approve();
    assert.notEqual(code, 0, output);
    assert.match(output, /health/);
    assert.deepEqual(await see('production'), before);
  });

  it('the next good one goes all the way', async () => {
    commit = app.commit({ version: 'two' });
    for (const { code, output } of [
      await runner.push(),
      await runner.start('deploy pilot'),
      await runner.start('deploy stage'),
      await approve(),
    ]) {
      assert.equal(code, 0, output);
      assertNoSecret(output);
    }
    for (const seen of Object.values(await seeAll())) assert.equal(seen.says, 'two');
  });

  it('no password stays on a machine', async () => {
    for (const host of new Set(Object.values(machines.of))) {
      for (const secret of secrets.slice(0, -1)) {
        const places = '/usr/local /home /root /tmp /var/tmp /run /dev/shm';
        const { stdout } = await host.run(`grep -rlF -f - ${places} 2> /dev/null || true`, { input: `${secret}\n` });
        assert.equal(stdout, '');
      }
    }
  });
});

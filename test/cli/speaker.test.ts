import * as assert from 'node:assert/strict';
import * as os from 'node:os';
import { speakerOf } from '../../cli/approve/speaker';
import type { Platform } from '../../operations/platform';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../../config/stack';
import { readStacks } from '../../config/stacks';
import { fakeServers, restoreFetch } from '../clients/fake-server';
import { parseProject } from '../errors/project';
import { tells } from '../errors/told';
import { jobClaims, TestIssuer } from '../gitlab/issuer';
import { teamOfFour } from '../stacks/team-of-four';

const shipped = readStacks();
const production = shipped.filter(isEnvironment).find(({ name }) => name === 'production') as EnvironmentFile;
const here = `os:${os.userInfo().username}@${os.hostname()}`;
const job = { DRONE_REPO: 'sluice/discounts', DRONE_BUILD_NUMBER: '12' };
const commit = '4f5e'.repeat(10);
const published = () =>
  Promise.resolve({
    drone: { url: 'http://localhost:3080', stepsUrl: 'http://sluice-gateway:3080' },
    droneLogin: { username: 'maintainer', token: 't0ken' },
  } as unknown as Platform);

describe('ClaimedApprover: whose word an approval is', () => {
  afterEach(restoreFetch);

  it('is the machine’s user’s at a terminal, whatever variables of other CI servers say', async () => {
    for (const claims of [
      {},
      { SLUICE_PROMOTED_BY: 'ann', USER: 'ann', LOGNAME: 'ann', SUDO_USER: 'ann' },
      { CI_PROJECT_PATH: 'shop/api', CI_PIPELINE_ID: '7', GITLAB_CI: 'true', GITLAB_USER_LOGIN: 'ann' },
      { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_TRIGGERING_ACTOR: 'ann' },
    ]) {
      assert.deepEqual(await speakerOf(production, false, claims, shipped, published), { person: here });
    }
  });

  it('is nobody’s where variables name a build that Drone does not confirm', async () => {
    fakeServers({});
    const claims = { ...job, SLUICE_PROMOTED_BY: 'ann', DRONE_BUILD_TRIGGER: 'ann' };
    await assert.rejects(speakerOf(production, false, claims, shipped, published), tells('notConfirmedByDrone'));
    await assert.rejects(
      speakerOf(production, false, claims, shipped, () => Promise.resolve(undefined)),
      tells('notConfirmedByDrone'),
    );
  });

  it('is asked of the Drone that the platform names, whatever variables name another', async () => {
    const seen = fakeServers({
      'GET localhost:3080/api/repos/sluice/discounts/builds/12': {
        json: {
          ...{
            number: 12,
            status: 'running',
            event: 'promote',
            deploy_to: 'production',
            trigger: 'bob',
            after: commit,
          },
          ...{ target: 'main', ref: 'refs/heads/main', started: 1, finished: 0 },
          stages: [
            {
              ...{ number: 1, name: 'deliver', status: 'running' },
              steps: [{ number: 1, name: 'approve for production', status: 'running' }],
            },
          ],
        },
      },
    });
    const claims = { ...job, DRONE_SYSTEM_HOST: 'evil', DRONE_SERVER: 'http://evil', DRONE_BUILD_TRIGGER: 'ann' };
    const speaker = await speakerOf(production, false, claims, shipped, published);
    assert.deepEqual(speaker, { person: 'drone:bob', commit });
    assert.deepEqual(
      seen.map(({ host, headers }) => [host, headers['authorization']]),
      [['localhost:3080', 'Bearer t0ken']],
    );
  });

  it('is no reviewer’s at a terminal', async () => {
    await assert.rejects(speakerOf(production, true, {}, shipped, published), tells('reviewedAtTerminal'));
  });
});

describe('whose word an approval is where the CI server is elsewhere', () => {
  afterEach(restoreFetch);

  const claimsOfJob = { CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '7', GITLAB_USER_LOGIN: 'ann' };
  const inFile = (stacks: readonly StackFile[]) =>
    stacks.filter(isEnvironment).find(({ name }) => name === 'production')!;

  it('ClaimedApprover: variables say it for nobody, neither in a job nor at a terminal', async () => {
    const gitLab = parseProject(teamOfFour());
    await assert.rejects(speakerOf(inFile(gitLab), false, claimsOfJob, gitLab), tells('noIdToken'));
    const claimed = {
      ...{ DRONE_REPO: 'x', DRONE_BUILD_NUMBER: '1', SLUICE_PROMOTED_BY: 'ann' },
      ...{ GITHUB_ACTIONS: 'true', GITHUB_TRIGGERING_ACTOR: 'ann', GITHUB_EVENT_NAME: 'workflow_dispatch' },
      ...{ GITLAB_USER_LOGIN: 'ann', GITHUB_API_URL: 'https://evil.example.com' },
    };
    // The platform's server is GitLab: variables of the other two say nothing, and without a job's own it is a terminal.
    const { person } = await speakerOf(inFile(gitLab), false, claimed, gitLab);
    assert.equal(person, here);
    await assert.rejects(speakerOf(inFile(gitLab), true, claimed, gitLab), /--reviewed is for a job of GitLab/);
  });

  it('is the person whom the platform’s GitLab has signed, for the commit of that pipeline', async () => {
    const issuer = await TestIssuer.start();
    try {
      const { platform, ...rest } = teamOfFour();
      const stacks = parseProject({ platform: { ...platform, ciUrl: issuer.url, prefix: 'shop' }, ...rest });
      const SLUICE_ID_TOKEN = await issuer.sign(jobClaims({ user_login: 'bob' }));
      const speaker = await speakerOf(inFile(stacks), false, { ...claimsOfJob, SLUICE_ID_TOKEN }, stacks);
      assert.deepEqual(speaker, { person: 'gitlab:bob', commit: jobClaims()['sha'] });
    } finally {
      await issuer.stop();
    }
  });

  it('is nobody’s at GitHub where nobody has reviewed, and a push has started the run', async () => {
    const { platform, ...rest } = teamOfFour();
    const stacks = parseProject({
      platform: { ...platform, ci: 'github', ciUrl: '', registryPassword: '$GITHUB_TOKEN' },
      ...rest,
    });
    const run = '/repos/shop/discounts/actions/runs/42';
    const told = {
      status: 'in_progress',
      event: 'push',
      head_branch: 'main',
      repository: { full_name: 'shop/discounts' },
      head_repository: { full_name: 'shop/discounts' },
      triggering_actor: { login: 'ann' },
    };
    const asked = (changes: object) =>
      fakeServers({
        [`GET api.github.com${run}`]: { json: { ...told, ...changes } },
        [`GET api.github.com${run}/approvals`]: { json: [] },
      });
    const inRun = {
      ...{ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_TRIGGERING_ACTOR: 'ann' },
      ...{ GITHUB_REPOSITORY: 'shop/discounts', GITHUB_RUN_ID: '42' },
    };
    asked({});
    assert.deepEqual(await speakerOf(inFile(stacks), true, inRun, stacks), { person: undefined });
    asked({ event: 'workflow_dispatch', triggering_actor: { login: 'eve' } });
    assert.deepEqual(await speakerOf(inFile(stacks), true, inRun, stacks), { person: 'github:eve' });
  });
});

import assert from 'node:assert/strict';
import { ciKinds, ciNames, jobHere } from '../../pipelines/kinds';
import type { ProofQuestion } from '../../pipelines/kinds/kind';
import { projectOf } from '../../pipelines/kinds/place';
import { fakeServers, restoreFetch } from '../clients/fake-server';
import { tells } from '../errors/told';
import { jobClaims, TestIssuer } from '../gitlab/issuer';

const commit = 'c0ffee'.padEnd(40, '0');
const jobs: Record<string, NodeJS.ProcessEnv> = {
  drone: { DRONE_REPO: 'shop/discounts', DRONE_BUILD_NUMBER: '7', DRONE_WORKSPACE: '/w', DRONE_COMMIT_SHA: commit },
  gitlab: {
    GITLAB_CI: 'true',
    CI_PROJECT_PATH: 'shop/discounts',
    CI_PIPELINE_ID: '7',
    CI_PROJECT_DIR: '/w',
    CI_COMMIT_SHA: commit,
  },
  github: {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'shop/discounts',
    GITHUB_RUN_ID: '7',
    GITHUB_WORKSPACE: '/w',
    GITHUB_SHA: commit,
  },
};
const question = (changes: Partial<ProofQuestion> = {}, ciUrl = ''): ProofQuestion => ({
  job: {},
  environment: 'production',
  repositories: ['discounts'],
  platform: {
    prefix: 'shop',
    ciUrl,
    repositories: {
      discounts: { project: 'shop/discounts', branch: 'main' },
      frontend: { project: 'shop/frontend', branch: 'main' },
      other: { branch: 'main' },
    },
  },
  ...changes,
});

describe('the kinds of CI servers', () => {
  afterEach(restoreFetch);

  it('know a job of theirs by the variables that they name, and by no others', () => {
    for (const name of ciNames) {
      const environment = jobs[name] ?? {};
      const named = ciKinds[name].external?.jobVariables ?? Object.keys(environment);
      assert.deepEqual([...named].sort(), Object.keys(environment).sort());
      const { kind, isPassing, ...job } = jobHere(environment) ?? assert.fail(name);
      assert.equal(kind, ciKinds[name]);
      assert.equal(isPassing, name !== 'drone');
      assert.deepEqual(job, { name: 'shop/discounts 7', workspace: '/w', commit });
    }
    assert.equal(jobHere({}), undefined);
  });

  it('take only such a project for a job’s that an environment is delivered from', () => {
    assert.deepEqual(projectOf('Shop/Discounts', question()), { path: 'shop/discounts', branch: 'main' });
    const both = question({ repositories: ['discounts', 'frontend'] });
    assert.equal(projectOf('shop/frontend', both).path, 'shop/frontend');
    for (const said of ['shop/frontend', 'eve/discounts', '', undefined, 'x\u001b[2K']) {
      assert.throws(() => projectOf(said, question()), tells('otherProject'));
    }
    assert.throws(() => projectOf('shop/other', question({ repositories: ['other'] })), tells('otherProject'));
  });

  it('ClaimedApprover: at GitLab the ID token says who has asked, whatever the variables say', async () => {
    const issuer = await TestIssuer.start();
    const ask = async (job: NodeJS.ProcessEnv) =>
      (await ciKinds.gitlab.whoAsked?.(question({ job: { ...jobs['gitlab'], ...job } }, issuer.url)))?.person;
    try {
      const claimed = {
        GITLAB_USER_LOGIN: 'ann',
        GITLAB_USER_NAME: 'Ann',
        SLUICE_PROMOTED_BY: 'ann',
        CI_SERVER_URL: 'https://evil.example.com',
      };
      const token = await issuer.sign(jobClaims({ user_login: 'eve' }));
      assert.equal(await ask({ ...claimed, SLUICE_ID_TOKEN: token }), 'eve');
      await assert.rejects(ask(claimed), tells('noIdToken'));
      await assert.rejects(
        ask({ ...claimed, SLUICE_ID_TOKEN: await issuer.sign(jobClaims({ project_path: 'eve/discounts' })) }),
        tells('idTokenProvesNothing'),
      );
    } finally {
      await issuer.stop();
    }
  });

  it('ClaimedApprover: at GitHub its API says who has asked, at the address that the platform names', async () => {
    const told = {
      status: 'in_progress',
      event: 'workflow_dispatch',
      head_branch: 'main',
      repository: { full_name: 'shop/discounts' },
      head_repository: { full_name: 'shop/discounts' },
      triggering_actor: { login: 'eve' },
    };
    const run = '/repos/shop/discounts/actions/runs/7';
    const review = { state: 'approved', comment: '', user: { login: 'bob' }, environments: [{ name: 'production' }] };
    fakeServers({
      [`GET github.example.com/api/v3${run}`]: { json: told },
      [`GET github.example.com/api/v3${run}/approvals`]: { json: [review] },
    });
    const claimed = {
      ...jobs['github'],
      GITHUB_TOKEN: 'ghs_x',
      GITHUB_API_URL: 'https://evil.example.com',
      GITHUB_ACTOR: 'ann',
      GITHUB_TRIGGERING_ACTOR: 'ann',
      GITHUB_EVENT_NAME: 'workflow_dispatch',
    };
    const asked = question({ job: claimed }, 'https://github.example.com');
    assert.deepEqual(await ciKinds.github.whoAsked?.(asked), { person: 'eve' });
    assert.deepEqual(await ciKinds.github.reviewOf?.(asked), { person: 'bob', comment: '' });
    assert.equal(ciKinds.gitlab.reviewOf, undefined);
    assert.equal(ciKinds.drone.reviewOf, undefined);
  });
});

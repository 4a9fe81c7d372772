import assert from 'node:assert/strict';
import { reviewAtGitHub } from '../../pipelines/github-review';
import { jobHere } from '../../pipelines/kinds';
import { fakeServers, restoreFetch, type FakeAnswer } from '../actions/fake-server';
import { tells } from '../errors/told';

const job = {
  GITHUB_ACTIONS: 'true',
  GITHUB_API_URL: 'https://api.github.com',
  GITHUB_REPOSITORY: 'octocat/api',
  GITHUB_RUN_ID: '42',
  GITHUB_TOKEN: 'ghs_x',
};
const path = '/repos/octocat/api/actions/runs/42/approvals';

/** A review, with what GitHub's published answers have of it. */
const review = (login: string | null, environment: string, state = 'approved', comment: string | null = '') => ({
  environments: [
    {
      id: 161088068,
      node_id: 'MDExOkVudmlyb25tZW50MTYxMDg4MDY4',
      name: environment,
      url: `https://api.github.com/repos/octocat/api/environments/${environment}`,
      html_url: `https://github.com/octocat/api/deployments/activity_log?environments_filter=${environment}`,
      created_at: '2020-11-23T22:00:40Z',
      updated_at: '2020-11-23T22:00:40Z',
    },
  ],
  state,
  user: login === null ? null : { login, id: 1, type: 'User', site_admin: false },
  comment,
});

const answering = (answer: FakeAnswer) => fakeServers({ [`GET api.github.com${path}`]: answer });

/** GitHub's API is not here: answers as its published description has them. */
describe('who has reviewed a deployment at GitHub', () => {
  afterEach(restoreFetch);

  it('is the last one who has approved this environment in this run', async () => {
    const requests = answering({
      json: [
        review('eve', 'production', 'rejected', 'no'),
        review('ann', 'Production', 'approved', ' Ship it! '),
        review('bob', 'stage'),
      ],
    });
    assert.deepEqual(await reviewAtGitHub('production', job), { person: 'ann', comment: 'Ship it!' });
    assert.deepEqual(
      requests.map(({ path: asked, headers }) => [asked, headers['authorization'], headers['x-github-api-version']]),
      [[path, 'Bearer ghs_x', '2022-11-28']],
    );
  });

  it('is nobody where nobody was asked, has refused, or is known any more', async () => {
    for (const json of [
      [],
      [review('ann', 'stage')],
      [review('ann', 'production', 'rejected')],
      [review(null, 'production')],
    ]) {
      answering({ json });
      assert.equal(await reviewAtGitHub('production', job), undefined);
    }
  });

  it('says nothing where GitHub does not: no right, no answer', async () => {
    for (const status of [403, 404, 503]) {
      answering({ status, text: 'Resource not accessible by integration' });
      await assert.rejects(reviewAtGitHub('production', job, 0), tells('reviewNotTold'));
    }
    globalThis.fetch = () => Promise.reject(new Error('away'));
    await assert.rejects(reviewAtGitHub('production', job, 0), tells('reviewNotTold'));
  });

  it('is asked by a job of GitHub, and by no other', async () => {
    answering({ json: [review('ann', 'production')] });
    assert.deepEqual(await jobHere(job)?.reviewOf?.('production'), { person: 'ann', comment: '' });
    assert.equal(jobHere({ CI_PROJECT_PATH: 'a/b', CI_PIPELINE_ID: '1' })?.reviewOf, undefined);
    assert.equal(jobHere({ DRONE_REPO: 'a/b', DRONE_BUILD_NUMBER: '1' })?.reviewOf, undefined);
    assert.equal(jobHere({}), undefined);
  });
});

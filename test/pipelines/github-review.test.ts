import assert from 'node:assert/strict';
import { reviewAtGitHub } from '../../pipelines/github-review';
import { apiOf, starterAtGitHub, type RunAtGitHub } from '../../pipelines/github-run';
import { fakeServers, restoreFetch, type FakeAnswer } from '../clients/fake-server';
import { tells } from '../errors/told';

const of: RunAtGitHub = {
  api: 'https://api.github.com',
  project: { path: 'octocat/api', branch: 'main' },
  run: '42',
  token: 'ghs_x',
};
const path = '/repos/octocat/api/actions/runs/42';

/** A run that a person has started, with what GitHub's published answers have of it. */
const run = (changes: object = {}) => ({
  id: 42,
  name: 'Sluice',
  path: '.github/workflows/sluice.yml@main',
  head_branch: 'main',
  head_sha: 'acb5820ced9479c074f688cc328bf03f341a511d',
  event: 'workflow_dispatch',
  status: 'in_progress',
  conclusion: null,
  actor: { login: 'bob', id: 2, type: 'User' },
  triggering_actor: { login: 'ann', id: 1, type: 'User' },
  repository: { id: 1296269, full_name: 'octocat/api' },
  head_repository: { id: 1296269, full_name: 'octocat/api' },
  ...changes,
});

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

const answering = (reviews: FakeAnswer, told: FakeAnswer = { json: run() }) =>
  fakeServers({ [`GET api.github.com${path}`]: told, [`GET api.github.com${path}/approvals`]: reviews });

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
    assert.deepEqual(await reviewAtGitHub('production', of), { person: 'ann', comment: 'Ship it!' });
    assert.deepEqual(
      requests.map(({ path: asked, headers }) => [asked, headers['authorization'], headers['x-github-api-version']]),
      [path, `${path}/approvals`].map((asked) => [asked, 'Bearer ghs_x', '2022-11-28']),
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
      assert.equal(await reviewAtGitHub('production', of), undefined);
    }
  });

  it('says nothing where GitHub does not: no right, no answer', async () => {
    for (const status of [403, 404, 503]) {
      answering({ status, text: 'Resource not accessible by integration' });
      await assert.rejects(reviewAtGitHub('production', of, 0), tells('reviewNotTold'));
    }
    globalThis.fetch = () => Promise.reject(new Error('away'));
    await assert.rejects(reviewAtGitHub('production', of, 0), tells('runNotTold'));
  });
});

describe('who has started a run at GitHub', () => {
  afterEach(restoreFetch);
  const starter = (told: object) => {
    answering({ json: [review('ann', 'production')] }, { json: told });
    return starterAtGitHub(of, 0);
  };

  it('is whoever GitHub says has started it by hand, this time; of a push nobody in particular', async () => {
    assert.equal(await starter(run()), 'ann');
    for (const status of ['waiting', 'queued']) assert.equal(await starter(run({ status })), 'ann');
    assert.equal(await starter(run({ event: 'push' })), undefined);
    assert.equal(await starter(run({ triggering_actor: null })), undefined);
  });

  it('is nobody of a run that delivers nothing, nor does a review of it count', async () => {
    for (const told of [
      run({ repository: { full_name: 'eve/api' } }),
      run({ head_repository: { full_name: 'eve/api' } }),
      run({ head_repository: null }),
      run({ head_branch: 'feature' }),
      run({ head_branch: null }),
      run({ event: 'pull_request' }),
      run({ event: 'schedule' }),
      run({ status: 'completed' }),
      run({ status: null }),
      {},
    ]) {
      await assert.rejects(starter(told), tells('otherRun'));
      await assert.rejects(reviewAtGitHub('production', of, 0), tells('otherRun'));
    }
  });

  it('is asked of the run, whatever a job says its number is', async () => {
    const requests = fakeServers({ 'GET api.github.com/repos/octocat/api/actions/runs/0': { status: 404, text: '' } });
    await assert.rejects(
      starterAtGitHub({ ...of, run: '42/../../../../evil/api/actions/runs/7' }, 0),
      tells('runNotTold'),
    );
    assert.equal(requests.length, 1);
  });

  it('is asked at the API of the GitHub that the platform names', () => {
    assert.equal(apiOf(''), 'https://api.github.com');
    assert.equal(apiOf('https://github.com'), 'https://api.github.com');
    assert.equal(apiOf('https://octocorp.ghe.com'), 'https://api.octocorp.ghe.com');
    assert.equal(apiOf('https://github.example.com'), 'https://github.example.com/api/v3');
  });
});

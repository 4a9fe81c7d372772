import * as assert from 'node:assert/strict';
import type { DroneBuild, DroneStatus } from '../../clients/drone/client';
import { promoterAtDrone, unproved } from '../../pipelines/drone-identity';
import { fakeServers, restoreFetch } from '../clients/fake-server';
import { tells } from '../errors/told';

const commit = '4f5e'.repeat(10);

/** A promotion to production by ann, at the step that approves. */
function promotion(changes: Partial<DroneBuild> = {}, status: DroneStatus = 'running'): DroneBuild {
  return {
    number: 12,
    status: 'running',
    after: commit,
    target: 'main',
    ref: 'refs/heads/main',
    event: 'promote',
    deploy_to: 'production',
    trigger: 'ann',
    params: {},
    started: 1,
    finished: 0,
    stages: [
      { number: 1, name: 'deliver', status: 'running', steps: [{ number: 1, name: 'approve for production', status }] },
    ],
    ...changes,
  };
}

const platform = { prefix: 'sluice', ciUrl: '', repositories: { discounts: { branch: 'main' } } };
const job = { DRONE_REPO: 'sluice/discounts', DRONE_BUILD_NUMBER: '12' };
const drone = { urls: ['http://localhost:3080'], token: 't0ken' };
const without = { job, environment: 'production', repositories: ['discounts'], platform };
const question = { ...without, drone };
const path = 'GET localhost:3080/api/repos/sluice/discounts/builds/12';

describe('who has promoted a build', () => {
  afterEach(restoreFetch);

  it('is who Drone says, and the commit with him', async () => {
    fakeServers({ [path]: { json: promotion() } });
    assert.deepEqual(await promoterAtDrone(question), { person: 'ann', commit });
  });

  it('is asked at the steps’ address where people’s does not answer', async () => {
    fakeServers({ 'GET sluice-gateway:3080/api/repos/sluice/discounts/builds/12': { json: promotion() } });
    const both = { ...drone, urls: ['http://localhost:3080', 'http://sluice-gateway:3080'] };
    assert.deepEqual(await promoterAtDrone({ ...question, drone: both }), { person: 'ann', commit });
  });

  it('ClaimedApprover: is nobody of whom Drone does not know', async () => {
    fakeServers({});
    await assert.rejects(promoterAtDrone(question), tells('notConfirmedByDrone'));
    await assert.rejects(promoterAtDrone(without), tells('notConfirmedByDrone'));
    const elsewhere = { ...question, job: { ...job, DRONE_REPO: '../../users', DRONE_BUILD_NUMBER: '1' } };
    await assert.rejects(promoterAtDrone(elsewhere), tells('notConfirmedByDrone'));
  });

  for (const [what, build, reason] of [
    ['a push', promotion({ event: 'push' }), /it is no promotion, but of a push/],
    ['a promotion to another environment', promotion({ deploy_to: 'pilot' }), /it was promoted to pilot/],
    ['a promotion of another branch', promotion({ target: 'topic' }), /it is not of the branch main/],
    ['a promotion of a pull request', promotion({ ref: 'refs/pull/1/head' }), /it is not of the branch main/],
    ['a promotion with parameters', promotion({ params: { A: 'b' } }), /started with parameters/],
    ['a promotion without a commit', promotion({ after: '' }), /it names no commit/],
    ['one that a hook has started', promotion({ trigger: '@hook' }), /nobody has started it/],
    ['one that has ended', promotion({ status: 'success' }), /this step of it does not run/],
    ['one whose step has ended', promotion({}, 'success'), /this step of it does not run/],
    ['one whose step is another’s', promotion({ stages: [] }), /this step of it does not run/],
  ] as const) {
    it(`is nobody of ${what}`, () => assert.match(unproved(build, 'production', 'main') ?? '', reason));
  }

  it('is nobody of a repository that the environment runs nothing of', () => {
    assert.match(unproved(promotion(), 'production', undefined) ?? '', /nothing of its repository/);
    assert.equal(unproved(promotion(), 'production', 'main'), undefined);
  });
});

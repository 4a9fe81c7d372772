import * as assert from 'node:assert/strict';
import * as os from 'node:os';
import { personAtWork, whoIsAtWork } from '../../engine/by';
import { promoterVariable } from '../../pipelines/promoter';

const drone = { DRONE_REPO: 'sluice/discounts', DRONE_BUILD_NUMBER: '12' };
const gitHub = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'shop/discounts', GITHUB_RUN_ID: '88' };
const gitLab = { CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '77' };

describe('who is at work', () => {
  it('is a pipeline in Drone, GitLab and GitHub, else a person at a machine', () => {
    assert.equal(whoIsAtWork(drone), 'pipeline sluice/discounts 12');
    assert.equal(whoIsAtWork(gitLab), 'pipeline shop/discounts 77');
    assert.equal(whoIsAtWork(gitHub), 'pipeline shop/discounts 88');
    assert.equal(whoIsAtWork({}), `${os.userInfo().username}@${os.hostname()}`);
  });

  it('is the person who promoted in Drone, started the job in GitLab, the run in GitHub, or sits there', () => {
    assert.equal(personAtWork({ ...drone, [promoterVariable]: 'ann' }), 'ann');
    assert.equal(personAtWork({ ...gitLab, GITLAB_USER_LOGIN: 'bob' }), 'bob');
    const byHand = { ...gitHub, GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_TRIGGERING_ACTOR: 'cy' };
    assert.equal(personAtWork(byHand), 'cy');
    assert.equal(personAtWork({}), os.userInfo().username);
  });

  it('is nobody in a pipeline that a push has started, whoever Drone names as its trigger', () => {
    assert.equal(personAtWork({ ...drone, DRONE_BUILD_TRIGGER: 'ann', [promoterVariable]: '' }), undefined);
    const again = { ...gitHub, GITHUB_EVENT_NAME: 'push', GITHUB_ACTOR: 'ann', GITHUB_TRIGGERING_ACTOR: 'ann' };
    assert.equal(personAtWork(again), undefined);
  });

  it('is nobody of whom another kind of server is told by a variable that anybody may set', () => {
    assert.equal(personAtWork({ ...gitLab, GITLAB_USER_LOGIN: 'bob', [promoterVariable]: 'ann' }), 'bob');
    assert.equal(personAtWork({ ...gitHub, GITHUB_EVENT_NAME: 'push', [promoterVariable]: 'ann' }), undefined);
  });
});

import * as assert from 'node:assert/strict';
import * as os from 'node:os';
import { personAtWork, promoterVariable, whoIsAtWork } from '../../engine/by';

const drone = { DRONE_REPO: 'sluice/discounts', DRONE_BUILD_NUMBER: '12' };
const gitLab = { CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '77' };

describe('who is at work', () => {
  it('is a pipeline in Drone and in GitLab, else a person at a machine', () => {
    assert.equal(whoIsAtWork(drone), 'pipeline sluice/discounts 12');
    assert.equal(whoIsAtWork(gitLab), 'pipeline shop/discounts 77');
    assert.equal(whoIsAtWork({}), `${os.userInfo().username}@${os.hostname()}`);
  });

  it('is the person who promoted in Drone, started the job in GitLab, or sits there', () => {
    assert.equal(personAtWork({ ...drone, [promoterVariable]: 'ann' }), 'ann');
    assert.equal(personAtWork({ ...gitLab, GITLAB_USER_LOGIN: 'bob' }), 'bob');
    assert.equal(personAtWork({}), os.userInfo().username);
  });

  it('is nobody in a pipeline that a push has started, whoever Drone names as its trigger', () => {
    assert.equal(personAtWork({ ...drone, DRONE_BUILD_TRIGGER: 'ann', [promoterVariable]: '' }), undefined);
  });
});

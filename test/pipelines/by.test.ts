import * as assert from 'node:assert/strict';
import * as os from 'node:os';
import { personAtMachine, whoIsAtWork } from '../../pipelines/by';

const drone = { DRONE_REPO: 'sluice/discounts', DRONE_BUILD_NUMBER: '12' };
const gitHub = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'shop/discounts', GITHUB_RUN_ID: '88' };
const gitLab = { CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '77' };
const image = '/sluice/program';
const here = `${os.userInfo().username}@${os.hostname()}`;

describe('who is at work', () => {
  it('is a pipeline in the image of Drone, GitLab and GitHub, else a person at a machine', () => {
    assert.equal(whoIsAtWork(drone, image), 'pipeline sluice/discounts 12');
    assert.equal(whoIsAtWork(gitLab, image), 'pipeline shop/discounts 77');
    assert.equal(whoIsAtWork(gitHub, image), 'pipeline shop/discounts 88');
    assert.equal(whoIsAtWork({}, image), here);
  });

  it('is the machine’s user at a terminal, whatever variables are set there', () => {
    const claims = { ...drone, ...gitLab, ...gitHub, GITLAB_USER_LOGIN: 'ann', SLUICE_IN_IMAGE: '1', USER: 'ann' };
    assert.equal(whoIsAtWork(claims), here);
    assert.equal(personAtMachine(), `os:${here}`);
  });
});

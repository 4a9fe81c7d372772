import assert from 'node:assert/strict';
import { neededItems } from '../../operations/needed-items';
import { refuseNotOffered } from '../../operations/offer';
import { deployImageOf, ownerOf } from '../../cli/pipeline';
import { refuseLostState } from '../../operations/prepare';
import type { UserError } from '../../base/errors';
import { parseProject, sample } from '../errors/project';
import { tells } from '../errors/told';
import { candidate } from '../releases/fixtures';
import { teamOfFour } from '../stacks/team-of-four';

describe('./sluice pipeline', () => {
  it('knows whose repository it is, and sends those away that need no file', () => {
    const owner = ownerOf('discounts', parseProject(teamOfFour()));
    assert.deepEqual([owner.name, owner.external.file], ['platform', '.gitlab-ci.yml']);
    const { platform, ...rest } = teamOfFour();
    const atGitHub = ownerOf('discounts', parseProject({ platform: { ...platform, ci: 'github' }, ...rest }));
    assert.equal(atGitHub.external.file, '.github/workflows/sluice.yml');
    assert.throws(() => ownerOf('discounts', parseProject(sample())), tells('noFileNeeded'));
    assert.throws(() => ownerOf('discount', parseProject(teamOfFour())), /no repository "discount" here; did you mean/);
  });

  it('needs a platform that has published its image', () => {
    const image = { image: 'harbor.example.com/shop/sluice-deploy', tag: '0123456789ab', digest: 'sha256:1' };
    assert.deepEqual(deployImageOf('platform', { deployImage: image }), image);
    for (const platform of [undefined, {}, { deployImage: null }]) {
      assert.throws(() => deployImageOf('platform', platform), tells('noDeployImage'));
    }
  });
});

const gitLabJob = { GITLAB_CI: 'true', CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '77' };
const gitHubJob = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'shop/discounts', GITHUB_RUN_ID: '77' };

describe('a job of GitLab or GitHub', () => {
  it('has state and passphrase from the team, or deploys nothing', () => {
    for (const [kind, where] of [
      [gitLabJob, /^set it in GitLab's CI\/CD variables, .* \(docs\/gitlab\.md\)$/],
      [gitHubJob, /^set it in GitHub's secrets .* \(docs\/github\.md\)$/],
    ] as const) {
      const job = { ...kind, SLUICE_IN_IMAGE: '1', PULUMI_BACKEND_URL: 's3://state' };
      refuseLostState({ ...job, PULUMI_CONFIG_PASSPHRASE: 'x' });
      refuseLostState({ ...job, PULUMI_CONFIG_PASSPHRASE_FILE: '/x' });
      assert.throws(() => refuseLostState({ ...job, PULUMI_BACKEND_URL: '' }), tells('lostState'));
      assert.throws(() => refuseLostState(job), tells('lostPassphrase'));
      assert.throws(
        () => refuseLostState(job),
        (error: UserError) => where.test(error.next ?? ''),
      );
      // Neither Drone's steps, a job on somebody's machine, nor a terminal are meant.
      refuseLostState(kind);
    }
    refuseLostState({ SLUICE_IN_IMAGE: '1', DRONE_REPO: 'shop/discounts', DRONE_BUILD_NUMBER: '1' });
    refuseLostState({ SLUICE_IN_IMAGE: '1', ...gitLabJob, GITLAB_CI: 'false' });
  });

  it('takes nothing but what its own pipeline has built, where it was started for that', () => {
    const [offered, other] = [candidate('a'), candidate('b')];
    const digest = Object.values(offered)[0]?.digest ?? '';
    refuseNotOffered('production', 'stage', digest, offered);
    for (const now of [other, {}, undefined]) {
      assert.throws(() => refuseNotOffered('production', 'stage', digest, now), tells('otherRelease'));
    }
  });
});

describe('the toolchain', () => {
  it('brings no git host, CI server or registry where those are elsewhere', () => {
    assert.deepEqual(neededItems(parseProject(teamOfFour())), ['pulumi', 'plugins', 'edge', 'node', 'tools']);
    assert.equal(neededItems(parseProject(sample())), undefined);
    assert.equal(neededItems([]), undefined);
  });
});

import assert from 'node:assert/strict';
import { neededItems } from '../../cli/needed-items';
import { refuseNotOffered } from '../../cli/offered';
import { deployImageOf, ownerOf } from '../../cli/pipeline';
import { refuseLostState } from '../../cli/prepare';
import { parseProject, sample } from '../errors/project';
import { tells } from '../errors/told';
import { candidate } from '../releases/fixtures';
import { teamOfFour } from '../stacks/team-of-four';

describe('npm run pipeline', () => {
  it('knows whose repository it is, and sends those away that need no file', () => {
    assert.equal(ownerOf('discounts', parseProject(teamOfFour())).name, 'platform');
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

describe('a job of GitLab', () => {
  const job = { SLUICE_IN_IMAGE: '1', GITLAB_CI: 'true', PULUMI_BACKEND_URL: 's3://state' };

  it('has state and passphrase from the team, or deploys nothing', () => {
    refuseLostState({ ...job, PULUMI_CONFIG_PASSPHRASE: 'x' });
    refuseLostState({ ...job, PULUMI_CONFIG_PASSPHRASE_FILE: '/x' });
    assert.throws(() => refuseLostState({ ...job, PULUMI_BACKEND_URL: '' }), tells('lostState'));
    assert.throws(() => refuseLostState(job), tells('lostPassphrase'));
    // Neither Drone's steps nor a terminal are meant.
    refuseLostState({ SLUICE_IN_IMAGE: '1' });
    refuseLostState({ GITLAB_CI: 'true' });
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

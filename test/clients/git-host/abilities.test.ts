import assert from 'node:assert/strict';
import { gitHosts } from '../../../components/git-hosts';
import { abilitiesOf, limitsOf } from '../../../clients/git-host/abilities';

describe('what a git host can do', () => {
  it('is told of each kind: nothing is missing at Gitea, two things at Gogs', () => {
    assert.deepEqual(Object.fromEntries(Object.keys(gitHosts).map((kind) => [kind, limitsOf(kind).length])), {
      gogs: 2,
      gitea: 0,
    });
  });

  it('takes nothing for granted of an unknown kind', () => {
    assert.deepEqual(abilitiesOf('forge'), { commitStatuses: false, pullRequests: false, pushRecord: [] });
    assert.match(limitsOf('forge').join(' '), /^Forge shows no build results/);
  });
});

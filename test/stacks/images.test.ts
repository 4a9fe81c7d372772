import assert from 'node:assert/strict';
import { chooseImages } from '../../stacks/images';

const found = {
  registry: 'r:1',
  gitea: 'gitea:1',
  drone: 'd:1',
  runner: 'dr:1',
  edge: 'e:1',
  node: 'n:1',
  tools: 't:1',
};

describe('chooseImages', () => {
  it('takes what the toolchain has, and Gitea where there is no image of Gogs', () => {
    assert.deepEqual(chooseImages({ gitHost: 'auto', images: {} }, found), {
      registry: 'r:1',
      gitHost: { kind: 'gitea', image: 'gitea:1' },
      drone: 'd:1',
      runner: 'dr:1',
      edge: 'e:1',
      node: 'n:1',
      tools: 't:1',
    });
  });

  it('prefers Gogs where its image is there', () => {
    assert.deepEqual(chooseImages({ gitHost: 'auto', images: {} }, { ...found, gogs: 'gogs:1' }).gitHost, {
      kind: 'gogs',
      image: 'gogs:1',
    });
  });

  it('lets config decide the kind and any image', () => {
    const images = chooseImages({ gitHost: 'gitea', images: { edge: 'mine:2' } }, { ...found, gogs: 'gogs:1' });
    assert.equal(images.gitHost.kind, 'gitea');
    assert.equal(images.edge, 'mine:2');
  });

  it('names the part that has no image', () => {
    assert.throws(() => chooseImages({ gitHost: 'gogs', images: {} }, found), /there is no image for gogs yet/);
  });
});

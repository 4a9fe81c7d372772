import assert from 'node:assert/strict';
import { stateOf } from '../../stacks/state-place';

describe('where steps that deploy find the state', () => {
  const home = '/home/shop/sluice';
  const at = (backend: string | undefined): object => stateOf({ home: () => home, backend: () => backend });

  it('is Sluice’s home, whoever has said so', () => {
    for (const backend of [undefined, '', `file://${home}/pulumi`, `file://${home}/pulumi/`]) {
      assert.deepEqual(at(backend), { home });
    }
  });

  it('is a folder where somebody has said one, and nothing of the home', () => {
    assert.deepEqual(at('file:///mnt/state/'), { state: '/mnt/state' });
    assert.deepEqual(at('file:///mnt/our%20state'), { state: '/mnt/our state' });
  });

  it('is no folder for a state in a bucket or in Pulumi Cloud: two homes are one and the same to it', () => {
    for (const backend of ['s3://team', 's3://team/folder?region=x', 'https://api.pulumi.com']) {
      assert.deepEqual(at(backend), {});
    }
  });
});

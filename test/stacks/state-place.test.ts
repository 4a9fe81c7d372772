import assert from 'node:assert/strict';
import { stateOf } from '../../stacks/state-place';

describe('where steps that deploy find the state', () => {
  const home = '/home/shop/sluice';
  const at = (backend: string | undefined): object => stateOf({ home: () => home, backend: () => backend });

  it('is Sluice’s home, whoever has said so, and for a bucket, too', () => {
    for (const backend of [undefined, '', `file://${home}/pulumi`, `file://${home}/pulumi/`, 's3://team']) {
      assert.deepEqual(at(backend), { home });
    }
  });

  it('is a folder of its own besides where somebody has said one', () => {
    assert.deepEqual(at('file:///mnt/state/'), { home, state: '/mnt/state' });
    assert.deepEqual(at('file:///mnt/our%20state'), { home, state: '/mnt/our state' });
  });
});

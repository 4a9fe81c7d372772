import assert from 'node:assert/strict';
import { changedBetween, notServing } from '../../releases/served';
import { candidate } from './fixtures';

const a = candidate('a');
const serving = { discounts: { digest: `sha256:${'a'.repeat(64)}`, instance: 'id1 t1' } };

describe('notServing', () => {
  it('is undefined for exactly the candidate', () => {
    assert.equal(notServing(a, serving), undefined);
  });

  it('names the service and both digests', () => {
    assert.equal(notServing(candidate('b'), serving), 'discounts serves sha256:aaaaaaaaaaaa, not sha256:bbbbbbbbbbbb');
  });

  it('takes a service that is not served for a difference', () => {
    assert.equal(notServing(a, {}), 'discounts is not served');
    assert.equal(notServing(a, { discounts: undefined }), 'discounts is not served');
  });
});

describe('changedBetween', () => {
  it('sees a container that was restarted, and one that came or went', () => {
    assert.equal(changedBetween(serving, serving), undefined);
    const restarted = { discounts: { ...serving.discounts, instance: 'id1 t2' } };
    assert.equal(changedBetween(serving, restarted), 'discounts was changed meanwhile');
    assert.equal(changedBetween(serving, {}), 'discounts was changed meanwhile');
    assert.equal(changedBetween({}, serving), 'discounts was changed meanwhile');
  });
});

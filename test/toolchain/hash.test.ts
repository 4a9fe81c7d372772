import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { hashOf } from '../../toolchain/hash';

describe('hashOf', () => {
  it('does not depend on the order of keys, and ignores undefined', () => {
    assert.equal(hashOf({ a: 1, b: [2, 3] }), hashOf({ b: [2, 3], a: 1, c: undefined }));
  });

  it('tells lists in another order apart, and a text from a number', () => {
    assert.notEqual(hashOf([1, 2]), hashOf([2, 1]));
    assert.notEqual(hashOf('1'), hashOf(1));
  });

  it('is twelve hexadecimal digits for any value, the same each time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.match(hashOf(value), /^[0-9a-f]{12}$/);
        assert.equal(hashOf(value), hashOf(JSON.parse(JSON.stringify(value))));
      }),
    );
  });
});

import assert from 'node:assert/strict';
import { childUserIn, childUserOption } from '../../checks/child-user';

describe("the child's user", () => {
  it('is told and read by number', () => {
    assert.deepEqual(childUserIn(['--inside', ...childUserOption({ uid: 1000, gid: 1001 })]), { uid: 1000, gid: 1001 });
  });

  it('is nobody else without the option', () => {
    assert.equal(childUserIn(['--inside']), undefined);
  });

  for (const value of [[], [''], ['1000'], ['root:root'], ['-1:0'], ['1000:1000 ']]) {
    it(`is refused as ${JSON.stringify(value)}`, () => {
      assert.throws(() => childUserIn(['--child-user', ...value]), /^Error: --child-user takes UID:GID, not ".*"$/);
    });
  }
});

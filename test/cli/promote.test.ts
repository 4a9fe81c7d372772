import assert from 'node:assert/strict';
import { needsWord } from '../../cli/promote';
import { again, candidate, cutover } from '../releases/fixtures';

describe('what is taken at somebody’s word only', () => {
  const [a, b] = [candidate('a'), candidate('b')];
  const whole = (of: typeof a) => ({ candidate: of, withoutRelease: [] });

  it('is what has run there before', () => {
    assert.equal(needsWord('production', whole(a), a, [cutover(a), cutover(b)]), true);
    assert.equal(needsWord('production', whole(a), a, [cutover(a), cutover(b), again(a)]), false);
    assert.equal(needsWord('production', whole(b), b, [cutover(a)]), false);
    assert.equal(needsWord('production', whole(a), a, [cutover(a)]), false);
  });

  it('is a part of what an environment would begin with', () => {
    const part = { candidate: a, withoutRelease: ['web'] };
    assert.equal(needsWord('production', part, a, []), true);
    assert.equal(needsWord('production', part, a, [cutover(b)]), false);
    assert.equal(needsWord('production', whole(a), a, []), false);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { represent } from '../src/representation.js';

describe('representation', () => {
  it('shows a discount by its public names', () => {
    assert.deepEqual(represent({ code: 'WOOF10', title: 'Woof', percent: 10 }), {
      code: 'WOOF10',
      title: 'Woof',
      percent: 10,
      minimumAmount: 0,
      endsAt: null,
    });
  });

  it('keeps inside when a discount starts', () => {
    const discount = { code: 'WOOF10', title: 'Woof', percent: 10, minimumAmount: 500, startsAt: '2026-01-01' };
    const shown = represent({ ...discount, endsAt: '2026-02-01' });
    assert.equal('startsAt' in shown, false);
    assert.equal(shown.minimumAmount, 500);
    assert.equal(shown.endsAt, '2026-02-01');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reduce } from '../src/price.js';

describe('price', () => {
  it('takes the per cent off each item', () => {
    assert.deepEqual(reduce(15, [{ id: 'bowl', amount: 2400 }]), {
      amount: 2400,
      saving: 360,
      total: 2040,
      items: [{ id: 'bowl', amount: 2400, saving: 360, total: 2040 }],
    });
  });

  it('rounds the saving down, so that items add up to the total', () => {
    const items = [
      { id: 'a', amount: 333 },
      { id: 'b', amount: 333 },
      { id: 'c', amount: 1 },
    ];
    const { total, saving, amount, items: reduced } = reduce(10, items);
    assert.deepEqual(
      reduced.map((item) => item.total),
      [300, 300, 1],
    );
    assert.deepEqual({ amount, saving, total }, { amount: 667, saving: 66, total: 601 });
  });
});

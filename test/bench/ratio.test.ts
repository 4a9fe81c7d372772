import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { median, quantile, ratioOf, spreadOf } from '../../bench/ratio';

const figure = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const figures = fc.array(figure, { minLength: 1, maxLength: 40 });

describe('the bench’s ratios', () => {
  it('the median is the middle one, or the mean of the two in the middle', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([10, 1, 2, 3]), 2.5);
    assert.equal(median([]), undefined);
  });

  it('a spread is in order, and of all figures', () => {
    assert.deepEqual(spreadOf([2, 1, 4]), { min: 1, median: 2, max: 4, of: 3 });
    assert.equal(spreadOf([]), undefined);
    fc.assert(
      fc.property(figures, (all) => {
        const spread = spreadOf(all);
        assert.ok(spread !== undefined && spread.min <= spread.median && spread.median <= spread.max);
        assert.equal(spread.of, all.length);
      }),
    );
  });

  it('a ratio is that of each round, not that of the medians', () => {
    const pairs = [
      [1, 2],
      [9, 3],
      [4, 4],
    ] as const;
    assert.deepEqual(ratioOf(pairs), { min: 0.5, median: 1, max: 3, of: 3 });
  });

  it('there is none where a round has nothing to divide by, and none of no rounds', () => {
    const pairs = [
      [0, 0],
      [1, 2],
    ] as const;
    assert.equal(ratioOf(pairs), undefined);
    assert.equal(ratioOf([]), undefined);
  });

  it('who is held against itself has the ratio 1', () => {
    fc.assert(
      fc.property(figures, (all) => {
        assert.deepEqual(ratioOf(all.map((one) => [one, one])), { min: 1, median: 1, max: 1, of: all.length });
      }),
    );
  });

  it('a quantile is the figure below which that share of all lies', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    assert.equal(quantile(hundred, 0.99), 99);
    assert.equal(quantile(hundred, 1), 100);
    assert.equal(quantile([7], 0.99), 7);
    assert.equal(quantile([], 0.99), 0);
    fc.assert(
      fc.property(figures, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const found = quantile(all, share);
        assert.ok(all.includes(found));
        assert.ok(all.filter((each) => each <= found).length >= share * all.length - 1e-9);
      }),
    );
  });
});

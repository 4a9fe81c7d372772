import assert from 'node:assert/strict';
import { areAllRecent, isGivenUp } from '../../releases/run-names';

const now = new Date('2026-12-01T12:00:00Z');

describe('the name of a run', () => {
  it('tells of one that no record names whether it was given up: after a day', () => {
    const runs = {
      '2026-11-30T11-59-59-999Z': true,
      'watch-2026-11-30T11-59-59-999Z': true,
      'unhealthy-2020-01-01T00-00-00-000Z': true,
      '2026-11-30T12-00-00-000Z': false,
      // A clock that goes before ours.
      '2027-11-30T12-00-00-000Z': false,
      // Whose it is, nobody knows.
      '7': false,
      '2020-13-77T00-00-00-000Z': false,
      'my-notes-2020-01-01T00-00-00-000Z': false,
    };
    for (const [run, isOver] of Object.entries(runs)) assert.equal(isGivenUp(run, now), isOver, run);
  });

  it('tells whether any may be outdated', () => {
    const runs = ['2026-11-30T11-00-00-000Z', 'watch-2026-12-01T11-00-00-000Z'];
    assert.equal(areAllRecent(runs, { runs: 2, days: 2 }, now), true);
    assert.equal(areAllRecent(runs, { runs: 1, days: 2 }, now), false);
    assert.equal(areAllRecent(runs, { runs: 2, days: 1 }, now), false);
    assert.equal(areAllRecent(['x'], { runs: 2, days: 2 }, now), false);
    assert.equal(areAllRecent([], { runs: 1, days: 1 }, now), true);
  });
});

import assert from 'node:assert/strict';
import { figuresOf } from './figures';

/** Each room is something to know before anything can be found: a new one has to take the place of another. */
const mostRooms = 18;

describe('the house', function () {
  // Every import of the checkout is followed.
  this.timeout(120_000);

  it('is as easy to live in as it was: floors, circles, tests of place, casts, rooms', () => {
    const { rooms, ...faults } = figuresOf();
    assert.deepEqual(faults, { upwards: [], circles: [], placeTests: [], rawCasts: [] });
    assert.ok(rooms.length <= mostRooms, `${rooms.length} rooms: ${rooms.join(', ')}`);
  });
});

import { strict as assert } from 'node:assert';
import { setImmediate as turn } from 'node:timers/promises';
import { atOnce } from '../../store/kinds/at-once';

describe('a few things at a time', () => {
  it('come out in the order of the values, never more than so many at once', async () => {
    let [now, most] = [0, 0];
    const results = await atOnce([3, 1, 2, 5, 4], 2, async (value) => {
      most = Math.max(most, (now += 1));
      for (let left = value; left > 0; left -= 1) await turn();
      now -= 1;
      return value * 2;
    });
    assert.deepEqual(results, [6, 2, 4, 10, 8]);
    assert.equal(most, 2);
  });

  it('end with the first error: nothing more is begun', async () => {
    const begun: number[] = [];
    const values = Array.from({ length: 100 }, (_, index) => index);
    const work = atOnce(values, 4, async (value) => {
      begun.push(value);
      await turn();
      if (value === 1) throw new Error('away');
    });
    await assert.rejects(work, /away/);
    for (let left = 20; left > 0; left -= 1) await turn();
    assert.ok(begun.length <= 8, `${begun.length} were begun`);
  });
});

import assert from 'node:assert/strict';
import { Failed } from '../../checks/outcome';
import { Poll } from '../../checks/poll';

const soon = { milliseconds: 5, every: 1 };

describe('poll', () => {
  it('looks until it holds', async () => {
    let looks = 0;
    await new Poll().until(
      'expected 3',
      () => Promise.resolve(++looks),
      (seen) => seen === 3,
      String,
      {
        milliseconds: 10_000,
        every: 1,
      },
    );
    assert.equal(looks, 3);
  });

  it('fails with what it saw last', async () => {
    await assert.rejects(
      new Poll().until(
        'expected 3',
        () => Promise.resolve(2),
        (seen) => seen === 3,
        String,
        soon,
      ),
      new Failed('expected 3, seen 2 for 0.005 s'),
    );
  });

  it('hands on an error of the look at once', async () => {
    const broken = new Error('the page is gone');
    await assert.rejects(
      new Poll().until(
        'expected 3',
        () => Promise.reject(broken),
        () => true,
        String,
      ),
      broken,
    );
  });

  it('knows which looks are still open', async () => {
    const poll = new Poll();
    let see: (seen: number) => void = () => undefined;
    const looking = poll.until(
      'expected 3',
      () => new Promise<number>((resolve) => (see = resolve)),
      () => true,
      String,
    );
    assert.deepEqual(poll.unsettled, ['expected 3']);
    see(3);
    await looking;
    assert.deepEqual(poll.unsettled, []);
  });
});

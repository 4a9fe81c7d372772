import assert from 'node:assert/strict';
import type { LeaseRecord } from '../../store/lease/record';
import { twoHolders, type SeenRecord } from './bucket-watch';

describe('what is seen of a lease', () => {
  const seen = (...all: [owner: string, kind: LeaseRecord['kind'], at: number][]): SeenRecord[] =>
    all.map(([owner, kind, at], index) => ({
      number: index + 1,
      record: { owner, kind, what: owner, by: 'ann', machine: { host: 'here', pid: 7 } },
      at,
    }));
  const nobody = () => false;

  it('is one holder at a time when each gives it back, is dead, or was silent for long', () => {
    assert.deepEqual(twoHolders(seen(['a', 'take', 0], ['a', 'end', 9], ['b', 'take', 10]), nobody), []);
    assert.deepEqual(
      twoHolders(seen(['a', 'take', 0], ['b', 'take', 10]), ({ owner }) => owner === 'a'),
      [],
    );
    assert.deepEqual(twoHolders(seen(['a', 'take', 0], ['b', 'take', 30_000]), nobody), []);
  });

  it('is two when somebody living is not waited for, or writes afterwards', () => {
    assert.match(String(twoHolders(seen(['a', 'take', 0], ['b', 'take', 10]), nobody)), /record 2: b takes it from a/);
    const late = seen(['a', 'take', 0], ['b', 'take', 30_000], ['a', 'beat', 70_000]);
    assert.match(String(twoHolders(late, nobody)), /record 3: a writes after it has lost the lease/);
  });
});

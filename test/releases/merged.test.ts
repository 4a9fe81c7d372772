import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LedgerRecord } from '../../releases/ledger';
import { merged } from '../../releases/merged';

const record = (environment: string, at: string, revision = ''): LedgerRecord => ({
  ...{ kind: 'again', at, environment },
  candidate: { web: { service: 'web', image: 'web', digest: 'sha256:1', revision } },
});
const told = (records: readonly LedgerRecord[]): string[] =>
  records.map(({ environment, at }) => `${environment}${at}`);

describe('the records of several ledgers', () => {
  it('are in the order of their times, and of the same time in that of the ledgers', () => {
    const [a, b] = [
      [record('a', '1'), record('a', '4')],
      [record('b', '1'), record('b', '2'), record('b', '5')],
    ];
    assert.deepEqual(told(merged([a, b])), ['a1', 'b1', 'b2', 'a4', 'b5']);
    assert.deepEqual(told(merged([b, a])), ['b1', 'a1', 'b2', 'a4', 'b5']);
    assert.deepEqual(merged([]), []);
    assert.deepEqual(merged([[], a, []]), a);
  });

  it('stay in the order of their own ledger where a clock went back', () => {
    const [a, b] = [
      [record('a', '5'), record('a', '1')],
      [record('b', '2'), record('b', '6')],
    ];
    assert.deepEqual(told(merged([a, b])), ['b2', 'a5', 'a1', 'b6']);
  });

  it('are all there, each once, and no ledger in another order, whatever the times are', () => {
    const ledger = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(ledger, { maxLength: 4 }), (times) => {
        const ledgers = times.map((all, name) => all.map((at, index) => record(`${name}`, `${at}`, `${index}`)));
        const all = merged(ledgers);
        assert.equal(all.length, ledgers.flat().length);
        for (const [name, own] of ledgers.entries()) {
          assert.deepEqual(
            all.filter(({ environment }) => environment === `${name}`),
            own,
          );
        }
      }),
    );
  });
});

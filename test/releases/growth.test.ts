import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { decide } from '../../releases/decision';
import { history, setbackOf } from '../../releases/history';
import type { LedgerRecord } from '../../releases/ledger';
import { candidateKey } from '../../releases/names';
import { outdated } from '../../releases/retention';
import { namedRelease, releaseBefore } from '../../releases/rollback';
import type { Candidate } from '../../releases/types';
import { again, candidate, cutover, gate, releasesOf, retiredOf, rollback, switched, verdict } from './fixtures';

/** The nth candidate of one service. */
function nth(n: number): Candidate {
  const { discounts } = candidate('a');
  return { discounts: { ...discounts!, digest: `sha256:${String(n).padStart(64, '0')}` } };
}

/** A ledger of so many deployments, each with its pass, the last ten kept. */
function deployments(count: number): LedgerRecord[] {
  return Array.from({ length: count }, (_, n): LedgerRecord[] => [
    verdict(nth(n), gate('/'), 'passed'),
    switched(nth(n), n === 0 ? null : nth(n - 1)),
    cutover(nth(n)),
    ...(n < 10 ? [] : [retiredOf(nth(n - 10))]),
  ]).flat();
}

/** How often a question looks at a record. */
function looks(records: readonly LedgerRecord[], question: (records: readonly LedgerRecord[]) => unknown): number {
  let count = 0;
  question(
    new Proxy(records, {
      get: (target, key) => {
        if (typeof key === 'string' && /^\d+$/.test(key)) count += 1;
        return Reflect.get(target, key) as unknown;
      },
    }),
  );
  return count;
}

describe('what a question to a long ledger costs', () => {
  const questions: Record<string, (records: readonly LedgerRecord[]) => unknown> = {
    history: (records) => history(records, 'production'),
    setbackOf: (records) => setbackOf(records, 'production'),
    releaseBefore: (records) => releaseBefore(records, 'production'),
    namedRelease: (records) => namedRelease(records, 'production', '00'),
    outdated: (records) => outdated(records, { production: 10 }),
    decide: (records) =>
      decide({
        environment: 'production',
        offer: nth(100_000),
        gate: gate('/'),
        upstream: { name: 'staging' },
        records,
        releasesOf,
        now: new Date(),
      }),
  };
  const ledger = deployments(1_000);

  for (const [name, question] of Object.entries(questions)) {
    it(`${name} looks at each record some times, however many there are`, () => {
      assert.ok(looks(ledger, question) <= 40 * ledger.length, String(looks(ledger, question) / ledger.length));
    });
  }
});

/** The same in the plainest words, which take time by the square of what was run. */
function plainly(records: readonly LedgerRecord[]): Candidate | undefined {
  let past: { key: string; candidate: Candidate }[] = [];
  let wanted: string | undefined;
  for (const { kind, candidate } of records) {
    const key = candidateKey(candidate);
    if (kind === 'rollback') wanted = key;
    if (kind === 'again') wanted = undefined;
    if (kind === 'retired') past = past.filter((each) => each.key !== key);
    if (kind !== 'cutover') continue;
    if (key === wanted) {
      const at = past.findLastIndex(({ candidate: each }) =>
        Object.values(each).every(({ service, digest }) => candidate[service]?.digest === digest),
      );
      past = past.slice(0, Math.max(0, at));
    } else {
      if (past.at(-1)?.key === key) past.pop();
      wanted = undefined;
    }
    past.push({ key, candidate });
  }
  return past.at(-2)?.candidate;
}

describe('releaseBefore', () => {
  const makeAny = () => {
    const pair = (of: Candidate): Candidate => ({ ...of, frontend: { ...of['discounts']!, service: 'frontend' } });
    const candidates = ['a', 'b', 'c'].flatMap((each) => [candidate(each), pair(candidate(each))]);
    const backTo = (of: Candidate) => rollback(of, null);
    const deployed = (of: Candidate) => cutover(of);
    const makers: ((of: Candidate) => LedgerRecord)[] = [deployed, deployed, retiredOf, again, backTo];
    return fc.tuple(fc.constantFrom(...makers), fc.constantFrom(...candidates)).map(([make, of]) => make(of));
  };

  it('finds the same, or nothing, by the last records alone', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.array(makeAny(), { minLength: 10, maxLength: 30 }), fc.nat(12), (records, from) => {
        const before = releaseBefore(records.slice(from), 'production');
        if (before === undefined) return;
        found += 1;
        assert.deepEqual(before, releaseBefore(records, 'production'));
      }),
      { numRuns: 5_000 },
    );
    assert.ok(found > 500, String(found));
  });

  it('finds what the plainest words say', () => {
    fc.assert(
      fc.property(fc.array(makeAny(), { maxLength: 30 }), (records) => {
        assert.deepEqual(releaseBefore(records, 'production'), plainly(records));
      }),
      { numRuns: 2_000 },
    );
  });
});

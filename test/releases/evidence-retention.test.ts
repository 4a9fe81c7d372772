import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outdatedEvidence, type EvidenceRetention } from '../../releases/evidence-retention';
import { evidenceIn, wishedEvidence } from '../../releases/evidence';
import { findVerdict, type LedgerRecord } from '../../releases/ledger';
import type { Candidate, Gate } from '../../releases/types';
import { candidate, cutover, gate, takenBack, tested, unhealthy, verdict } from './fixtures';

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
const g = gate('/');
const day = 24 * 60 * 60 * 1000;
const now = new Date('2026-06-01T00:00:00Z');

/** Records whose evidence has the names `production/1`, `production/2` …, a day between them; the last one is of now. */
function days(...records: LedgerRecord[]): LedgerRecord[] {
  return records.map((record, index) => ({
    ...record,
    at: new Date(now.getTime() - (records.length - 1 - index) * day).toISOString(),
    evidence: `production/${index + 1}`,
  }));
}

function over(records: readonly LedgerRecord[], retain: EvidenceRetention, mayBeTaken: Candidate[] = []): string[] {
  const o = { environment: 'production', records, retain, now };
  const taken = (each: Candidate) => mayBeTaken.includes(each);
  return outdatedEvidence({ ...o, mayBeTaken: taken }).map((folder) => folder.replace('production/', ''));
}

const [pass, refusal] = [verdict(a, g, 'passed'), verdict(b, g, 'refused')];
const many = 1000;

describe('evidence that is no longer kept', () => {
  it('is that of runs before the newest so many, oldest first', () => {
    const records = days(pass, pass, pass, pass);
    assert.deepEqual(over(records, { runs: 4, days: many }), []);
    assert.deepEqual(over(records, { runs: 2, days: many }), ['1', '2']);
  });

  it('is that of older runs than so many days', () => {
    const records = days(pass, pass, pass, pass);
    assert.deepEqual(over(records, { runs: many, days: 3 }), []);
    assert.deepEqual(over(records, { runs: many, days: 2 }), ['1']);
  });

  it('leaves of refusals, take-backs and what was not healthy twice as many, four times as long, counted by themselves', () => {
    for (const each of [refusal, takenBack(b, a), unhealthy(b)]) {
      assert.deepEqual(over(days(each, each, each), { runs: 1, days: many }), ['1']);
      assert.deepEqual(over(days(each, each, each, pass, pass), { runs: 1, days: many }), ['1', '4']);
      assert.deepEqual(over(days(each, pass, pass, pass, each), { runs: many, days: 1 }), ['2', '3']);
      assert.deepEqual(over(days(each, pass, pass, pass, pass, each), { runs: many, days: 1 }), ['1', '2', '3', '4']);
    }
    // A gate that could not tell has refused nothing.
    const unclear = verdict(b, g, 'unknown');
    assert.deepEqual(over(days(unclear, unclear, unclear), { runs: 1, days: many }), ['1', '2']);
  });

  it('goes by the order of the ledger and not by clocks, and by the last record that names it', () => {
    const late = { ...pass, at: '2030-01-01T00:00:00Z', evidence: 'production/late' };
    const records = [late, ...days(pass, pass)];
    assert.deepEqual(over(records, { runs: 2, days: many }), ['late']);
    assert.deepEqual(over(records, { runs: many, days: 1 }), []);
    const again = { ...pass, at: now.toISOString(), evidence: 'production/1' };
    assert.deepEqual(over([...days(pass, pass, pass), again], { runs: 2, days: many }), ['2']);
    assert.deepEqual(over([...days(tested(a, g), pass, pass), again], { runs: many, days: 1 }), []);
    assert.deepEqual(over([{ ...pass, at: 'no time' }, ...days(pass)], { runs: many, days: 1 }), []);
  });

  it('is never the newest of its sort, so that there is always something to see', () => {
    const records = days(
      pass,
      tested(a, g),
      cutover(a),
      takenBack(b, a),
      unhealthy(b),
      refusal,
      verdict(a, g, 'unknown'),
    );
    const old = records.map((record) => ({ ...record, at: '2020-01-01T00:00:00Z' }));
    assert.deepEqual(over(old, { runs: 1, days: 1 }), []);
  });

  it('is never what a candidate that may be taken rests on, for each gate and state of upstream', () => {
    const ofA = [
      pass,
      { ...pass, gate: gate('/other') },
      { ...pass, digests: { discounts: 'sha256:2' } },
      tested(a, g),
    ];
    const records = days(...ofA, pass, ...Array<LedgerRecord>(3).fill(verdict(c, g, 'passed')), tested(c, g));
    // The first has been won anew by the fifth.
    assert.deepEqual(over(records, { runs: 1, days: many }, [a]), ['1', '6', '7']);
    assert.deepEqual(over(records, { runs: 1, days: many }), ['1', '2', '3', '4', '5', '6', '7']);
  });

  it('is only of this environment, and of nothing that has left none', () => {
    const other = days(...Array<LedgerRecord>(3).fill({ ...pass, environment: 'staging' }));
    const none = days(pass, pass).map((record) => ({ ...record, evidence: '' }));
    assert.deepEqual(over([...other, ...none, cutover(a)], { runs: 1, days: 1 }), []);
  });
});

const gates: Gate[] = [g, gate('/other')];
const sorts: readonly ((of: Candidate, by: Gate) => LedgerRecord)[] = [
  ...(['passed', 'refused', 'unknown'] as const).map((what) => (of: Candidate, by: Gate) => verdict(of, by, what)),
  (of, by) => tested(of, by),
  (of) => cutover(of),
  (of) => takenBack(of, a),
  (of) => unhealthy(of),
];
const anyRecord: fc.Arbitrary<LedgerRecord> = fc
  .record({
    make: fc.constantFrom(...sorts),
    of: fc.constantFrom(a, b, c),
    by: fc.constantFrom(...gates),
    ago: fc.integer({ min: -2, max: 20 }),
    run: fc.option(fc.integer({ min: 0, max: 30 })),
  })
  .map(({ make, of, by, ago, run }) => ({
    ...make(of, by),
    at: new Date(now.getTime() - ago * day).toISOString(),
    evidence: run === null ? '' : `production/${run}`,
  }));
const anyLedger = fc.array(anyRecord, { maxLength: 40 });
const anyRetention = fc.record({ runs: fc.integer({ min: 1, max: 6 }), days: fc.integer({ min: 1, max: 6 }) });
const anyTaken = fc.subarray([a, b, c]);

describe('evidence of any ledger', () => {
  it('is never what the newest verdict of a gate on a candidate that may be taken has left', () => {
    fc.assert(
      fc.property(anyLedger, anyRetention, anyTaken, (records, retain, taken) => {
        const gone = over(records, retain, taken);
        for (const of of taken) {
          for (const by of gates) {
            const found = findVerdict(records, 'production', of, by);
            const name = found?.evidence.replace('production/', '') ?? '';
            // The newest one that has left something, if it is that.
            if (found !== undefined && name !== '') assert.ok(!gone.includes(name), name);
          }
        }
      }),
    );
  });

  it('is never what `./sluice evidence` shows unless something else is wished', () => {
    fc.assert(
      fc.property(anyLedger, anyRetention, (records, retain) => {
        const shown = wishedEvidence(records, 'production')?.evidence?.replace('production/', '');
        assert.ok(shown === undefined || !over(records, retain).includes(shown));
      }),
    );
  });

  it('is kept the longer the more is to be kept, and goes once', () => {
    fc.assert(
      fc.property(anyLedger, anyRetention, anyTaken, fc.nat(5), fc.nat(5), (records, retain, taken, runs, more) => {
        const gone = over(records, retain, taken);
        const less = over(records, { runs: retain.runs + runs, days: retain.days + more }, taken);
        assert.ok(less.every((name) => gone.includes(name)));
        assert.equal(new Set(gone).size, gone.length);
      }),
    );
  });

  it('is bounded: so many runs, twice as many refusals, and the newest of each sort', () => {
    fc.assert(
      fc.property(anyLedger, anyRetention, (records, retain) => {
        const left = evidenceIn(records, 'production').length - over(records, retain).length;
        assert.ok(left <= 3 * retain.runs + 7, `${left}`);
      }),
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findTested, findVerdict, lastCutover, lastPass, type LedgerRecord } from '../../releases/ledger';
import { formatRecord, parseLedger } from '../../releases/ledger-text';
import { lastBrokenSwitch, openSwitch } from '../../releases/switches';
import { adopted, candidate, cutover, gate, tested, verdict, switched, takenBack } from './fixtures';

describe('the ledger', () => {
  const records = [
    verdict(candidate('a'), gate('/'), 'passed'),
    cutover(candidate('a')),
    cutover(candidate('b'), 'staging'),
  ];

  it('reads back what it wrote', () => {
    assert.deepEqual(parseLedger(records.map(formatRecord).join('')), records);
  });

  it('loses at most the record whose writer was killed, wherever that was', () => {
    const before = formatRecord(records[0]!);
    const killed = formatRecord(records[1]!);
    const after = formatRecord(records[2]!);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: killed.length - 2 }), (cut) => {
        assert.deepEqual(parseLedger(before + killed.slice(0, cut) + after), [records[0], records[2]]);
      }),
    );
  });

  it('passes over lines of other kinds', () => {
    assert.deepEqual(parseLedger('null\n{"kind":"note"}\n[]\n7\nnonsense\n'), []);
  });

  it('finds verdicts by candidate and gate', () => {
    assert.equal(findVerdict(records, 'production', candidate('a'), gate('/'))?.verdict, 'passed');
    assert.equal(findVerdict(records, 'production', candidate('a'), gate('/other')), undefined);
    assert.equal(findVerdict(records, 'production', candidate('b'), gate('/')), undefined);
    assert.equal(findVerdict(records, 'staging', candidate('a'), gate('/')), undefined);
  });

  it('finds the last cutover of an environment', () => {
    assert.deepEqual(lastCutover(records, 'production')?.candidate, candidate('a'));
    assert.deepEqual(lastCutover(records, 'staging')?.candidate, candidate('b'));
    assert.equal(lastCutover(records, 'pilot'), undefined);
  });

  it('finds the last pass under whatever gate', () => {
    assert.deepEqual(lastPass(records, 'production', candidate('a'), gate('/now'))?.gate, gate('/'));
    assert.equal(lastPass(records, 'production', candidate('b'), gate('/')), undefined);
  });
});

describe('what the checks have passed', () => {
  const [a, b] = [candidate('a'), candidate('b')];
  const found = (...records: LedgerRecord[]) => findTested(records, 'production', a, gate('/'));
  const alone = tested(a, gate('/'));

  it('is what they passed alone, or with an approval, and what they have not refused since', () => {
    const passed = verdict(a, gate('/'), 'passed');
    assert.equal(found(alone), alone);
    assert.equal(found(passed), passed);
    assert.equal(found(alone, passed), passed);
    for (const what of ['refused', 'unknown'] as const) {
      assert.equal(found(alone, verdict(a, gate('/'), what)), undefined);
      assert.equal(found(verdict(a, gate('/'), what), alone), alone);
    }
  });

  it('is not what others passed, elsewhere, or other checks', () => {
    assert.equal(found(tested(b, gate('/')), tested(a, gate('/other'))), undefined);
    assert.equal(found({ ...alone, environment: 'pilot' }), undefined);
  });
});

describe('a pass of what was adopted', () => {
  const a = candidate('a');
  const found = (...records: LedgerRecord[]) => findVerdict(records, 'production', a, gate('/'));

  it('is a verdict without tests, by whoever has found it', () => {
    const pass = {
      kind: 'verdict',
      at: '2026-01-01T00:00:01Z',
      environment: 'production',
      upstream: '',
      candidate: a,
      gate: gate('/'),
      verdict: 'passed',
      summary: 'found running; the ledger did not tell that it does',
      checks: [],
      evidence: '',
      seconds: 0,
    };
    assert.deepEqual(found(adopted(a)), pass);
    assert.deepEqual(found({ ...adopted(a), by: 'ann@laptop' }), { ...pass, by: 'ann@laptop' });
  });

  it('is kept from it by a refusal of these checks there, by nothing else', () => {
    const refused = verdict(a, gate('/'), 'refused');
    assert.notEqual(found(refused, adopted(a))?.verdict, 'passed');
    for (const other of [
      verdict(a, gate('/'), 'unknown'),
      verdict(a, gate('/other'), 'refused'),
      { ...refused, environment: 'pilot' },
    ]) {
      assert.equal(found(other, adopted(a))?.verdict, 'passed');
    }
  });
});

describe('switches of an edge', () => {
  const [a, b] = [candidate('a'), candidate('b')];
  const first = switched(b, a, '2026-01-01T00:00:03Z');

  it('are open until a cutover or a take-back ends them', () => {
    assert.equal(openSwitch([cutover(a), first], 'production'), first);
    assert.equal(openSwitch([cutover(a), first, cutover(b)], 'production'), undefined);
    assert.equal(openSwitch([cutover(a), first, takenBack(b, a)], 'production'), undefined);
    assert.equal(openSwitch([first], 'staging'), undefined);
  });

  it('leave a mark that stays when no cutover follows', () => {
    assert.equal(lastBrokenSwitch([first, cutover(b)], 'production'), undefined);
    assert.equal(lastBrokenSwitch([first], 'production'), first.at);
    assert.equal(lastBrokenSwitch([first, takenBack(b, a)], 'production'), first.at);
    const later = switched(b, a, '2026-01-01T00:00:09Z');
    assert.equal(lastBrokenSwitch([first, later, cutover(b)], 'production'), first.at);
    assert.equal(lastBrokenSwitch([first, later, takenBack(b, a)], 'production'), later.at);
  });

  it('are followed by what that edge does next, whatever else is recorded', () => {
    const elsewhere = { ...first, environment: 'staging' };
    for (const between of [verdict(a, gate('/'), 'passed'), elsewhere]) {
      assert.equal(lastBrokenSwitch([first, between, cutover(b)], 'production'), undefined);
    }
    assert.equal(lastBrokenSwitch([first, cutover(b, 'staging')], 'production'), first.at);
  });
});

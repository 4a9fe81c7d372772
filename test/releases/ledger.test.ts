import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findVerdict, lastCutover, lastPass } from '../../releases/ledger';
import { formatRecord, parseLedger } from '../../releases/ledger-text';
import { lastBrokenSwitch, openSwitch } from '../../releases/switches';
import { candidate, cutover, gate, verdict, switched, takenBack } from './fixtures';

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
});

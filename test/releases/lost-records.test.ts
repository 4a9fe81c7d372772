import { strict as assert } from 'node:assert';
import { isKnown } from '../../releases/adoption';
import { decide } from '../../releases/decision';
import { lastCutover, type LedgerRecord } from '../../releases/ledger';
import { countedOf, lost } from '../../releases/lost-records';
import {
  adopted,
  again,
  approval,
  candidate,
  cutover,
  gate,
  releasesOf,
  retiredOf,
  rollback,
  switched,
  takenBack,
  tested,
  unhealthy,
  verdict,
} from './fixtures';

const a = candidate('a');
const b = candidate('b');
const decided = (records: readonly LedgerRecord[], offer = b) =>
  decide({ environment: 'production', offer, gate: gate('/'), records, releasesOf, now: new Date() });

describe('countedOf', () => {
  it('leaves a ledger as it is that has lost nothing', () => {
    const records = [verdict(a, gate('/'), 'passed'), adopted(a), again(b)];
    assert.equal(countedOf(records), records);
  });

  it('counts what speaks against a release, and no longer what speaks for one', () => {
    const against = [
      verdict(a, gate('/'), 'refused'),
      verdict(a, gate('/'), 'unknown'),
      approval(a, { verdict: 'refused', expiresAt: null }),
      unhealthy(a),
      takenBack(a, b),
      retiredOf(a),
      cutover(a),
    ];
    const inFavour = [verdict(b, gate('/'), 'passed'), tested(b, gate('/')), approval(b), again(b), rollback(b, a)];
    assert.deepEqual(countedOf([...inFavour, ...against, lost]), against);
    assert.deepEqual(countedOf([lost, ...inFavour, ...against]), [...inFavour, ...against]);
  });

  it('counts what was found running as what runs, and as no pass', () => {
    const [record] = countedOf([{ ...adopted(a), gate: gate('/') }, lost]);
    assert.deepEqual(record, cutover(a));
    assert.deepEqual(countedOf([lost, adopted(a)]), [adopted(a)]);
  });

  it('counts a switch as taken back when the record of its end is lost', () => {
    const records = countedOf([cutover(a), switched(b, a), lost]);
    assert.equal(decided(records).refusal?.kind, 'taken-back');
    assert.deepEqual(decided(records).take?.candidate, a);
    // It was not, if it serves: it is not known, and is found running.
    assert.equal(isKnown(records, 'production', b, b), false);
    const found = [...records, adopted(b)];
    assert.equal(decided(found).refusal, undefined);
    assert.deepEqual(lastCutover(found, 'production')?.candidate, b);
  });

  it('counts a switch as it ended when a later record is lost, and one after the loss as it is', () => {
    const ended = [switched(b, a), cutover(b)];
    assert.deepEqual(countedOf([...ended, lost]), ended);
    assert.deepEqual(countedOf([lost, switched(b, a)]), [switched(b, a)]);
    const elsewhere = { ...cutover(a), environment: 'staging' };
    const kinds = countedOf([switched(b, a), elsewhere, lost]).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['switch', 'cutover', 'taken-back']);
  });

  it('takes a switch back once, however much is lost', () => {
    assert.equal(countedOf([switched(b, null), lost, lost]).length, 2);
  });
});

import assert from 'node:assert/strict';
import type { LedgerRecord, RecordKind, RecordOf } from '../../releases/ledger';
import { formatRecord, parseLedger } from '../../releases/ledger-text';
import {
  adopted,
  again,
  approval,
  candidate,
  cutover,
  gate,
  releasesOf,
  rollback,
  switched,
  takenBack,
  tested,
  verdict,
} from './fixtures';

const [a, b] = [candidate('a'), candidate('b')];
const entry = { at: '2026-01-01T00:00:02Z', environment: 'production', candidate: a };

/** One record of each kind; a kind that is new does not compile without one. */
const oneOfEach: { readonly [K in RecordKind]: RecordOf<K> } = {
  verdict: verdict(a, gate('/'), 'refused'),
  tested: tested(a, gate('/')),
  approval: approval(a),
  superseded: { ...entry, kind: 'superseded', newer: b },
  unhealthy: { ...entry, kind: 'unhealthy', releases: releasesOf(a), summary: 'discounts: exits with 1' },
  switch: switched(a, null),
  cutover: cutover(a),
  adopted: adopted(a),
  'taken-back': takenBack(b, a),
  rollback: rollback(a, b),
  again: again(a),
  retired: { ...entry, kind: 'retired' },
};
const records: LedgerRecord[] = Object.values(oneOfEach);

describe('the text of a ledger', () => {
  it('keeps records of every kind, oldest first', () => {
    assert.deepEqual(parseLedger(records.map(formatRecord).join('')), records);
    const newestFirst = records.toReversed();
    assert.deepEqual(parseLedger(newestFirst.map(formatRecord).join('')), newestFirst);
  });

  it('has a record on a line of its own, also behind one that was left open', () => {
    const line = '{"at":"2026-01-01T00:00:02Z","environment":"production","candidate":{},"kind":"retired"}';
    const retired: LedgerRecord = { ...entry, candidate: {}, kind: 'retired' };
    assert.equal(formatRecord(retired), `\n${line}\n`);
    assert.deepEqual(parseLedger(`{"at":"2026-01-01T00:0${formatRecord(retired)}`), [retired]);
  });

  it('is read around lines that are no records: empty, cut short, of other kinds, or no objects', () => {
    const others = [
      '',
      '{"kind":"verd',
      'null',
      '7',
      '"cutover"',
      '["cutover"]',
      '{}',
      '{"kind":""}',
      '{"kind":"note"}',
    ];
    const text = others.map((line) => `${line}\n`).join('');
    assert.deepEqual(parseLedger(`${text}${formatRecord(cutover(a))}${text}`), [cutover(a)]);
    assert.deepEqual(parseLedger(''), []);
  });

  it('has texts for people that are one line each, and can be shown', () => {
    const [loud, shown] = ['\u001b[31mfine\nno\u202e', 'fine␊no\\u202e'];
    const read = (record: LedgerRecord) => parseLedger(formatRecord(record))[0];
    assert.deepEqual(read({ ...approval(a), by: loud, person: loud, reason: loud }), {
      ...approval(a),
      by: shown,
      person: shown,
      reason: shown,
    });
    assert.deepEqual(read({ ...verdict(a, gate('/'), 'refused'), summary: loud }), {
      ...verdict(a, gate('/'), 'refused'),
      summary: shown,
    });
    assert.deepEqual(read({ ...cutover(a), watch: loud }), { ...cutover(a), watch: shown });
    const said = (message: string) => ({ discounts: { ...a['discounts']!, message } });
    assert.deepEqual(read(again(said(loud))), again(said(shown)));
  });

  it('has everything else as it came: what is compared, and what is no text', () => {
    const record = { ...verdict(a, gate('/\u001b'), 'passed'), evidence: 'production/\u001b' };
    assert.deepEqual(parseLedger(formatRecord(record)), [record]);
    assert.deepEqual(parseLedger(formatRecord({ ...again(a), by: null } as unknown as LedgerRecord)), [
      { ...again(a), by: null },
    ]);
  });
});

import { approvalOf } from '../../../releases/approval';
import { decide, type Decision } from '../../../releases/decision';
import { findTested, findVerdict, lastCutover, type LedgerRecord } from '../../../releases/ledger';
import type { Candidate } from '../../../releases/types';
import type { Chain } from '../../../store/ledger/chain';
import {
  approval,
  candidate,
  cutover,
  gate,
  releasesOf,
  switched,
  takenBack,
  tested,
  verdict,
} from '../../releases/fixtures';
import { strict as assert } from 'node:assert';
import { signedEntry, type StoredRecord } from '../../../store/ledger/entry';
import { entryName } from '../../../store/ledger/names';
import { keysOf, type MemoryStore } from './fixtures';

export const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(candidate) as [
  Candidate,
  Candidate,
  Candidate,
  Candidate,
  Candidate,
];
export const checks = { checks: [{ ...gate('/').checks[0]!, settings: { path: '/', body: 'x'.repeat(2_000) } }] };
export const asking = { ...checks, approval: { expiresHours: 72, approvers: [] } };
const now = new Date('2026-01-02T00:00:00Z');

/** Runs a; b was taken back; c was refused; d passed and was approved, and waits. Numbers from 1 on. */
export const past: LedgerRecord[] = [
  verdict(a, checks, 'passed'),
  switched(a, null),
  cutover(a),
  verdict(b, checks, 'passed'),
  switched(b, a),
  takenBack(b, a),
  verdict(c, checks, 'passed'),
  verdict(c, checks, 'refused'),
  tested(d, asking),
  approval(d),
  verdict(e, checks, 'refused'),
];
export const takeBackAt = 6;

export const stranger = keysOf('s');

export function decided(chain: Chain, offer: Candidate, by: typeof checks = checks): Decision {
  return decide({ environment: 'production', offer, gate: by, records: chain.records, releasesOf, now });
}

/** Whether what is on record opens a gate for a candidate, without a new test or another word. */
export function isOpen(chain: Chain, of: Candidate): boolean {
  const { records } = chain;
  const passed = findVerdict(records, 'production', of, checks)?.verdict === 'passed';
  const isTested = findTested(records, 'production', of, asking) !== undefined;
  const approved =
    approvalOf({ environment: 'production', candidate: of, rule: asking.approval, records, now }).state === 'approved';
  return passed || isTested || approved;
}

/** What stays whatever is done: a runs. */
export function staysUp(chain: Chain): void {
  assert.deepEqual(lastCutover(chain.records, 'production')?.candidate, a);
  assert.deepEqual(decided(chain, a).take?.candidate, a);
  assert.equal(decided(chain, a).refusal, undefined);
}

/** Written by whoever may write there. @param number its place; @default after the past */
export function forge(store: MemoryStore, record: StoredRecord, by = stranger.own, number = past.length + 1): void {
  const entry = { environment: 'production', number, previous: '', values: [], record };
  store.objects.set(entryName('production', number), signedEntry(entry, by));
}

import assert from 'node:assert/strict';
import { chooseTarget, type RollbackWish } from '../../operations/rollback-target';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import { tells } from '../errors/told';
import { candidate, cutover, gate, takenBack, tested, verdict } from '../releases/fixtures';

const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];
const digest = (of: Candidate): string => of['discounts']?.digest ?? '';
const g = gate('/');
const records = [cutover(a), cutover(b), cutover(c), takenBack(candidate('d'), c)];
const o: RollbackWish = {
  environment: 'production',
  services: { discounts: { repository: 'discounts' } },
  gate: undefined,
};
const retired: LedgerRecord = { kind: 'retired', at: '2026-01-01T00:00:04Z', environment: 'production', candidate: a };

describe('what an environment is put back to', () => {
  it('is the release before, or the one that is named', () => {
    assert.deepEqual(chooseTarget(records, o), b);
    assert.deepEqual(chooseTarget(records, { ...o, to: digest(a) }), a);
  });

  it('needs a pass under the gate of now', () => {
    const passed = [...records, verdict(b, g, 'passed')];
    assert.deepEqual(chooseTarget(passed, { ...o, gate: g }), b);
    assert.throws(() => chooseTarget(passed, { ...o, gate: gate('/other') }), tells('neverPassed'));
    assert.throws(() => chooseTarget([...passed, verdict(b, g, 'refused')], { ...o, gate: g }), /has no pass of/);
  });

  it('is asked of nobody once more: where people approve, the pass of its checks is enough', () => {
    const asked = { ...g, approval: { expiresHours: 24, approvers: [] } };
    assert.deepEqual(chooseTarget([...records, tested(b, asked)], { ...o, gate: asked }), b);
    const { checks } = asked;
    assert.throws(
      () => chooseTarget([...records, tested(b, { checks })], { ...o, gate: { checks } }),
      /has no pass of/,
    );
  });

  it('is nothing whose images are no longer kept', () => {
    assert.throws(() => chooseTarget([cutover(a), cutover(b), retired], { ...o, to: digest(a) }), tells('notKept'));
    assert.throws(() => chooseTarget([cutover(a), cutover(b), retired], o), tells('notKept'));
  });

  it('is neither what runs nor what never did', () => {
    assert.throws(() => chooseTarget(records, { ...o, to: digest(c) }), /production runs discounts sha256:c+ already/);
    assert.throws(() => chooseTarget(records, { ...o, to: 'sha256:dd' }), tells('neverRun'));
    assert.throws(() => chooseTarget([], o), /has run nothing before what it runs now/);
  });

  it('is named by a beginning that no other digest has', () => {
    const like: Candidate = { discounts: { ...a['discounts']!, digest: `sha256:aaaa${'1'.repeat(60)}` } };
    assert.throws(() => chooseTarget([cutover(like), ...records], { ...o, to: 'aaaa' }), tells('ambiguousRelease'));
  });

  it('older than a service: with what that runs, if this has passed the gate together', () => {
    const frontend = { frontend: { ...candidate('f')['discounts']!, service: 'frontend' } };
    const past = [cutover(a), cutover({ ...b, ...frontend })];
    const services = { ...o.services, frontend: { repository: 'frontend' } };
    const two: RollbackWish = { ...o, services, gate: g };
    assert.throws(() => chooseTarget([...past, verdict(a, g, 'passed')], two), tells('neverPassed'));
    const together = { ...a, ...frontend };
    assert.deepEqual(chooseTarget([...past, verdict(together, g, 'passed')], two), together);
  });

  it('of an older version, which left out what the platform builds: that stays out', () => {
    const frontend = { frontend: { ...candidate('f')['discounts']!, service: 'frontend' } };
    const services = { ...o.services, frontend: { build: 'frontend' } };
    const past = [cutover(a), cutover(b), verdict(a, g, 'passed')];
    const older: RollbackWish = { ...o, services, gate: g };
    assert.deepEqual(chooseTarget(past, older), a);
    assert.deepEqual(chooseTarget([...past, cutover({ ...c, ...frontend })], { ...older, to: digest(a) }), a);
    // From the first full candidate on it goes back with the rest.
    const full = { ...a, ...frontend };
    assert.deepEqual(chooseTarget([cutover(full), cutover(c), verdict(full, g, 'passed')], older), full);
  });

  it('is what runs already when only a service differs that the environment has no longer', () => {
    const frontend = { frontend: { ...candidate('f')['discounts']!, service: 'frontend' } };
    assert.throws(
      () => chooseTarget([cutover({ ...a, ...frontend }), cutover(a)], o),
      /runs discounts sha256:a+ already/,
    );
  });
});

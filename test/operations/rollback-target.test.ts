import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { chooseTarget, readForTarget, refuseOther, type RollbackWish } from '../../operations/rollback-target';
import type { LedgerRecord } from '../../releases/ledger';
import type { Candidate } from '../../releases/types';
import { ChainReading, readChain, type ReadingOptions } from '../../store/ledger/chain';
import { tells } from '../errors/told';
import { isLong } from '../long';
import { anyRecord, candidates, timed } from '../releases/any-ledger';
import { candidate, cutover, gate, takenBack, tested, verdict } from '../releases/fixtures';
import { keys, MemoryStore, write } from '../store/ledger/fixtures';

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

  it('is refused when it is no longer what a person was shown', () => {
    const shown = { from: c, to: b };
    refuseOther('production', { from: candidate('c'), to: candidate('b') }, shown);
    assert.throws(() => refuseOther('production', { from: a, to: b }, shown), tells('rollbackChanged'));
    assert.throws(() => refuseOther('production', { from: c, to: a }, shown), tells('rollbackChanged'));
  });

  it('is nothing whose images are no longer kept', () => {
    assert.throws(() => chooseTarget([cutover(a), cutover(b), retired], { ...o, to: digest(a) }), tells('notKept'));
    assert.throws(() => chooseTarget([cutover(a), cutover(b), retired], o), tells('notKept'));
  });

  it('is neither what runs nor what never did', () => {
    assert.throws(() => chooseTarget(records, { ...o, to: digest(c) }), /production runs discounts sha256:c+ already/);
    assert.throws(() => chooseTarget(records, { ...o, to: 'sha256:dd' }), tells('neverRun'));
    assert.throws(() => chooseTarget([], o), tells('nothingBefore'));
  });

  it('comes of a part of the ledger as of all of it', async function () {
    this.timeout(300_000);
    const options: ReadingOptions = { keys, sizes: { recent: 2, chunk: 3 } };
    const services = { discounts: { repository: 'discounts' }, frontend: { repository: 'frontend' } };
    const asked = { ...g, approval: { expiresHours: 24, approvers: [] } };
    const wish = fc.record({
      gate: fc.constantFrom(undefined, g, asked),
      services: fc.constantFrom(o.services, services),
      to: fc.constantFrom(undefined, undefined, ...candidates.map(digest)),
    });
    const step = fc.oneof(
      { weight: 8, arbitrary: anyRecord },
      { weight: 24, arbitrary: fc.constantFrom(...candidates).map((of) => cutover(of)) },
      { weight: 3, arbitrary: fc.constant('snapshot' as const) },
    );
    const outcome = (choose: () => Candidate): unknown => {
      try {
        return choose();
      } catch (error) {
        return String(error);
      }
    };
    let parts = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), wish, async (steps, how) => {
        const store = new MemoryStore();
        for (const each of timed(steps)) {
          if (each === 'snapshot') await new ChainReading(store, 'production', options).writeSnapshot(keys.own);
          else if (each.environment === 'production') await write(store, [each]);
        }
        const { to, ...rest } = how;
        const wanted = { environment: 'production', ...rest, ...(to === undefined ? {} : { to }) };
        const { records: all } = await readChain(store, 'production', { ...options, whole: true });
        const part = await readForTarget((subject) => readChain(store, 'production', options, subject), wanted);
        if (part.before !== undefined && part.records.length < all.length) parts += 1;
        assert.deepEqual(
          outcome(() => chooseTarget(part.records, { ...wanted, ...(part.before && { before: part.before }) })),
          outcome(() => chooseTarget(all, wanted)),
        );
      }),
      { numRuns: isLong ? 2_000 : 100 },
    );
    assert.ok(parts > 5, `only ${parts} were chosen from a part`);
  });

  describe('by a part of the ledger', () => {
    /** @param older how many of these records do not stand in the snapshot itself */
    const target = async (all: readonly LedgerRecord[], older: number, wish: RollbackWish): Promise<Candidate> => {
      const options: ReadingOptions = { keys, sizes: { recent: 2, chunk: older } };
      const store = new MemoryStore();
      await write(store, all);
      await new ChainReading(store, 'production', options).writeSnapshot(keys.own);
      const { records: read, ...known } = await readForTarget(
        (subject) => readChain(store, 'production', options, subject),
        wish,
      );
      return chooseTarget(read, { ...wish, ...known });
    };

    it('is nothing whose images are no longer kept, though what says so is old', async () => {
      const said = [verdict(c, g, 'unknown'), verdict(c, g, 'refused')];
      const past = [cutover(a), cutover(b), { ...retired, candidate: b }, cutover(c), ...said];
      assert.deepEqual(await target(past, 3, o), a);
    });

    it('needs the old pass of what would run then, which nobody has run', async () => {
      const frontend = { frontend: { ...candidate('f')['discounts']!, service: 'frontend' } };
      const past = [
        verdict({ ...a, ...frontend }, g, 'passed'),
        tested(b, g),
        cutover(a),
        cutover({ ...b, ...frontend }),
      ];
      const services = { discounts: { repository: 'discounts' }, frontend: { repository: 'frontend' } };
      assert.deepEqual(await target(past, 2, { ...o, services, gate: g }), { ...a, ...frontend });
    });
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

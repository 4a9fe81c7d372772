import assert from 'node:assert/strict';
import { takeBack } from '../../actions/lib/take-back';
import type { CutoverOfTarget } from '../../actions/lib/cutover-target';
import cutoverAction from '../../actions/cutover';
import { ActionFailed } from '../../base/errors';
import type { TakenBackRecord } from '../../releases/ledger';
import { acquire } from '../../store/lease/acquire';
import { leasesVariable } from '../../store/lease/hand-down';
import { LeaseLost } from '../../store/lease/lost';
import { LeaseRecords } from '../../store/lease/records';
import { leaseTimes } from '../../store/lease/times';
import { acceptLostEnd, chainOf } from '../../targets/ledger';
import { assertTold } from '../errors/told';
import { candidate, cutover, watchSettings } from '../releases/fixtures';
import { access, storeHome } from './store-home';

const a = candidate('a');
/** Without a service to switch, so that no engine is asked. */
const asked = {
  ...{ instance: 'sluice', environment: 'production', network: 'n', edge: 'e', edgeIds: {}, routes: [] },
  ...{ candidate: a, watch: { ...watchSettings, checks: [] }, drainSeconds: 0, ledger: access, gated: false },
};

describe('a run whose lease was handed down', () => {
  const home = storeHome();
  const kinds = async () => (await home.records('production')).map(({ kind }) => kind);
  const take = (by: string) =>
    acquire(home.store, 'production', {
      ...{ what: './sluice up', by, note: () => undefined, variables: {} },
      // Whoever is elsewhere can't be judged; nobody waits for silence here.
      ...{ machine: { host: 'elsewhere', pid: 1 }, times: { ...leaseTimes, silence: 0, look: 1 } },
    });
  /** This process is a part of a run that had the lease, and somebody else has it. */
  async function lose(): Promise<void> {
    const { owner } = await take('ann');
    process.env[leasesVariable] = JSON.stringify({ production: owner });
    await take('bob');
  }
  const isLost = (error: unknown): true => {
    assert.ok(error instanceof LeaseLost, String(error));
    assertTold('leaseTaken', error);
    return true;
  };

  it('writes records as long as it has the lease, and proves it with each', async () => {
    const { owner } = await take('ann');
    process.env[leasesVariable] = JSON.stringify({ production: owner });
    const records = new LeaseRecords(home.store, 'production');
    const before = (await records.newest())?.number ?? 0;
    await home.put('production', cutover(a));
    assert.equal((await records.newest())?.number, before + 1);
  });

  it('writes none once somebody else has it, and the record of another environment all the same', async () => {
    await lose();
    await assert.rejects(home.put('production', cutover(a)), isLost);
    assert.deepEqual(await kinds(), []);
    await home.put('staging', cutover(a, 'staging'));
  });

  it('accepts no loss once somebody else has it', async () => {
    await home.put('production', cutover(a));
    await lose();
    const known = { number: 9, hash: 'f'.repeat(64) };
    const finding = { number: 9, kind: 'cut off', text: '' } as const;
    const lost = { known, found: { number: 1, hash: '' }, finding };
    await assert.rejects(acceptLostEnd(home.place('production'), lost, 'ann'), isLost);
    assert.equal((await chainOf(home.place('production'))).head.number, 1);
  });

  it('without one writes as plain Pulumi does', async () => {
    await take('bob');
    await home.put('production', cutover(a));
    assert.deepEqual(await kinds(), ['cutover']);
  });

  it('begins no switch once it is lost, neither to what is new nor to what serves already', async () => {
    await lose();
    await assert.rejects(cutoverAction(asked), isLost);
    assert.deepEqual(await kinds(), []);
    const lost = process.env[leasesVariable];
    Reflect.deleteProperty(process.env, leasesVariable);
    await cutoverAction(asked);
    process.env[leasesVariable] = lost;
    await assert.rejects(cutoverAction(asked), isLost);
  });

  it('goes back from a bad release all the same, and leaves the record to the next update', async () => {
    await lose();
    const switches: unknown[] = [];
    const edges = {
      switchTo: (routes: unknown, mark: string) => Promise.resolve(switches.push([routes, JSON.parse(mark)])),
      drain: () => Promise.resolve(0),
    };
    const input = {
      ...{ environment: 'production', edges, ledger: home.place('production'), drainSeconds: 0 },
    } as unknown as CutoverOfTarget;
    const record: TakenBackRecord = {
      ...{ kind: 'taken-back', at: '2026-01-01T00:00:00Z', environment: 'production', candidate: a },
      ...{ releases: { discounts: '2' }, to: { discounts: '1' }, summary: 'errors', evidence: '', seconds: 1 },
    };
    await assert.rejects(takeBack(input, [], record), (error: unknown) => {
      assert.ok(error instanceof ActionFailed, String(error));
      assert.match(error.message, /the ledger could not be told: production was taken over .*the next update tells it/);
      return true;
    });
    assert.deepEqual(switches, [[[], record]]);
    assert.deepEqual(await kinds(), []);
  });
});

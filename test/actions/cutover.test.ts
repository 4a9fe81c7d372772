import assert from 'node:assert/strict';
import cutoverAction from '../../actions/cutover';
import { ActionFailed } from '../../base/errors';
import type { LedgerRecord } from '../../releases/ledger';
import { appendRecords } from '../../targets/ledger';
import { ledgerOf } from '../../targets/place';
import { assertTold } from '../errors/told';
import { adopted, candidate, cutover, gate, rollback, verdict, watchSettings } from '../releases/fixtures';
import { access, storeHome } from '../targets/store-home';

const [a, b, g] = [candidate('a'), candidate('b'), gate('/')];
/** A cutover of a candidate, as a state may have it. It has no service to switch to, so that no engine is asked. */
const input = {
  ...{ instance: 'sluice', environment: 'production', network: 'n', edge: 'e', edgeIds: {}, routes: [] },
  ...{ candidate: a, watch: { ...watchSettings, checks: [] }, drainSeconds: 0, ledger: access },
};

describe('a cutover behind a gate', () => {
  const home = storeHome();
  const kinds = async () => (await home.records('production')).map(({ kind }) => kind);

  async function assertRefused(): Promise<void> {
    const before = await kinds();
    await assert.rejects(cutoverAction({ ...input, gated: true }), (error: unknown) => {
      assert.ok(error instanceof ActionFailed, String(error));
      const [message = '', next = ''] = error.message.split('\n  next: ');
      assertTold('unpassed', { message, next });
      return true;
    });
    assert.deepEqual(await kinds(), before, 'nothing has begun');
  }

  it('switches to nothing that the ledger does not know as passed, whatever the state says', async () => {
    await assertRefused();
    await home.put('production', verdict(b, g, 'passed'), verdict(a, g, 'refused'), verdict(a, g, 'unknown'));
    await assertRefused();
  });

  it('switches to nothing that somebody else has written a pass of', async () => {
    const forger = ledgerOf({ key: 'f'.repeat(43) }, 'production', undefined);
    await appendRecords(forger, [verdict(a, g, 'passed')]);
    await assertRefused();
  });

  it('switches to nothing that has passed elsewhere', async () => {
    await home.put('staging', { ...verdict(a, g, 'passed'), environment: 'staging' });
    await assertRefused();
  });

  const letIn: LedgerRecord[] = [verdict(a, g, 'passed'), adopted(a), rollback(a, b), cutover(a)];
  for (const record of letIn) {
    it(`switches to what a signed record lets in: ${record.kind}`, async () => {
      await home.put('production', record);
      assert.deepEqual((await cutoverAction({ ...input, gated: true })).candidate, a);
      assert.deepEqual(await kinds(), [record.kind, 'switch', 'cutover']);
    });
  }

  it('asks for no pass where there is no gate', async () => {
    await cutoverAction({ ...input, gated: false });
    assert.deepEqual(await kinds(), ['switch', 'cutover']);
  });
});

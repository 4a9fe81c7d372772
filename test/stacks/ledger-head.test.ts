import assert from 'node:assert/strict';
import type * as pulumi from '@pulumi/pulumi';
import { UserError } from '../../base/errors';
import type { LedgerPlace } from '../../targets/place';
import type { KnownHead } from '../../store/ledger/entry';
import { readChain } from '../../store/ledger/chain';
import { keyOf } from '../../store/ledger/keys';
import { valueOf } from '../components/mocks';
import { candidate, cutover, verdict } from '../releases/fixtures';
import { MemoryStore } from '../store/ledger/fixtures';
import { access } from '../targets/store-home';
import { declare, digest, gated, gateOf } from './declared-environment';

const a = candidate('a');
const head = (number: number, losses?: number): KnownHead => ({
  ...{ number, hash: 'f'.repeat(64) },
  ...(losses === undefined ? {} : { losses }),
});

/** Declares production, which takes a. */
async function declared(o: { before?: KnownHead | null; gate?: KnownHead; cutover?: KnownHead }) {
  const { outputs, places } = await declare({
    ...{ name: 'production', config: gated(), records: [verdict(a, gateOf(), 'passed')], deployed: a, runs: a },
    ...{ upstream: a, promoted: { discounts: digest('a') } },
    ...{ ledgerHead: o.before, heads: { promotion: o.gate, cutover: o.cutover } },
  });
  const { ledgerHead } = outputs as { ledgerHead?: pulumi.Output<KnownHead | undefined> };
  return { outputs, places, ledgerHead: ledgerHead && (await valueOf(ledgerHead)) };
}

describe('the end of a ledger in the state of its environment', () => {
  for (const [what, o, expected] of [
    ['the last one that gate or cutover has printed', { gate: head(2), cutover: head(4) }, head(4)],
    ['that of the gate where that is later', { before: head(3), gate: head(5), cutover: head(4) }, head(5)],
    ['what it was when nothing was written since', { before: head(9), gate: head(2), cutover: head(4) }, head(9)],
    ['what it was when an older version has printed the rest', { before: head(9) }, head(9)],
    [
      'of the ledger that goes on after a loss',
      { before: head(50), gate: head(48), cutover: head(42, 1) },
      head(42, 1),
    ],
    ['that still at the next update', { before: head(43, 1), gate: head(48), cutover: head(50) }, head(43, 1)],
    ['none while no version has printed it', { before: null }, undefined],
  ] as const) {
    it(`is ${what}`, async () => {
      assert.deepEqual((await declared(o)).ledgerHead, expected);
    });
  }

  it('stays where nothing is taken', async () => {
    const { outputs } = await declare({ name: 'production', config: gated(), upstream: null, ledgerHead: head(9) });
    assert.equal(outputs['deployed'], null);
    assert.deepEqual(await valueOf(outputs['ledgerHead'] as pulumi.Output<KnownHead>), head(9));
  });

  it('is what the program reads the ledger with, so that one which ends before it is refused', async () => {
    const heads = ({ places }: { places: LedgerPlace[] }) => places.map((place) => place.head);
    const { places } = await declared({ before: head(9) });
    // Each time that it asks.
    assert.ok(places.length > 0);
    assert.deepEqual(
      heads({ places }),
      places.map(() => head(9)),
    );
    const before = heads(await declared({}));
    assert.ok(before.length > 0 && before.every((each) => each === undefined));
    const store = new MemoryStore();
    const own = keyOf(access.key);
    await assert.rejects(
      readChain(store, 'production', { keys: { own, trusted: [own] }, head: places[0]?.head }),
      UserError,
    );
  });

  it('is in no other output: what others read of a deployment stays as it was', async () => {
    const { outputs } = await declared({ cutover: head(4) });
    const deployed = await valueOf(outputs['deployed'] as pulumi.Output<object>);
    assert.deepEqual(Object.keys(deployed), ['candidate', 'containers']);
  });

  it('is in no input of a resource: another one makes nothing run anew', async () => {
    const inputs = async (before: KnownHead) => {
      const { recorder } = await declare({
        ...{ name: 'production', config: gated(), records: [cutover(a), verdict(a, gateOf(), 'passed')], deployed: a },
        ...{ upstream: a, promoted: { discounts: digest('a') }, ledgerHead: before },
      });
      return recorder.resources;
    };
    assert.deepEqual(await inputs(head(9)), await inputs(head(10)));
  });
});

import * as assert from 'node:assert/strict';
import { withNewest } from '../../cli/deploy';
import type { Outcome } from '../../operations/pulumi/stack';

const outcome = (ok: boolean): Outcome => ({ ok, changes: {}, errors: [], log: '' });

/** Updates that end so, one after the other, while upstream has deployed these. */
async function run(endings: boolean[], deployed: string[]): Promise<{ ok: boolean; updates: number; said: number }> {
  let [updates, asked, said] = [0, 0, 0];
  const { ok } = await withNewest(
    () => Promise.resolve(outcome(endings[updates++] ?? false)),
    () => Promise.resolve({ candidate: deployed[asked++] }),
    () => said++,
  );
  return { ok, updates, said };
}

describe('the update of an environment by a pipeline', () => {
  it('is done once when it succeeds, whatever upstream does', async () => {
    assert.deepEqual(await run([true], ['a', 'b']), { ok: true, updates: 1, said: 0 });
  });

  it('has failed when upstream is what it was', async () => {
    assert.deepEqual(await run([false, true], ['a', 'a']), { ok: false, updates: 1, said: 0 });
  });

  it('is done again when upstream has deployed something else meanwhile, as often as it does', async () => {
    assert.deepEqual(await run([false, true], ['a', 'b']), { ok: true, updates: 2, said: 1 });
    assert.deepEqual(await run([false, false, false], ['a', 'b', 'c', 'c']), { ok: false, updates: 3, said: 2 });
  });
});

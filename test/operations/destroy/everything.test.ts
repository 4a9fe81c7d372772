import assert from 'node:assert/strict';
import { destroyAll } from '../../../operations/destroy/everything';
import type { Outcome } from '../../../operations/pulumi/stack';

const ended: Outcome = { ok: true, changes: {}, errors: [], log: '/log' };

/** A stack whose resources are protected or not, and what was done with it. */
function stackOf(protection: readonly (boolean | undefined)[], unprotected: Outcome = ended) {
  const done: string[] = [];
  const resources = protection.map((protect) => (protect === undefined ? {} : { protect }));
  const does = (what: string, outcome: Outcome): (() => Promise<Outcome>) => {
    return () => Promise.resolve((done.push(what), outcome));
  };
  const stack = {
    export: () => Promise.resolve({ version: 3, deployment: { resources } }),
    unprotect: does('unprotect', unprotected),
    destroy: does('destroy', ended),
  };
  return { stack, done };
}

describe('taking everything down that a state knows', () => {
  it('takes off first what keeps Pulumi from deleting', async () => {
    const { stack, done } = stackOf([undefined, true]);
    assert.equal((await destroyAll(stack)).ok, true);
    assert.deepEqual(done, ['unprotect', 'destroy']);
  });

  it('has nothing to take off where nothing is protected, or a run that was killed has done that', async () => {
    for (const protection of [[], [undefined], [false, undefined]]) {
      const { stack, done } = stackOf(protection);
      await destroyAll(stack);
      assert.deepEqual(done, ['destroy']);
    }
  });

  it('begins nothing when that does not succeed, and tells why', async () => {
    const { stack, done } = stackOf([true], { ...ended, ok: false, errors: ['it is locked'] });
    assert.deepEqual((await destroyAll(stack)).errors, ['it is locked']);
    assert.deepEqual(done, ['unprotect']);
  });

  it('leaves the key of ledgers until the state goes, protected or not', async () => {
    const urn = 'urn:pulumi:platform::sluice::random:index/randomPassword:RandomPassword::ledger-key';
    const resources = [
      { urn: urn.replace('ledger-key', 'other'), type: 'random:index/randomPassword:RandomPassword' },
      { urn, type: 'random:index/randomPassword:RandomPassword' },
    ];
    const excluded: (readonly string[] | undefined)[] = [];
    await destroyAll({
      export: () => Promise.resolve({ version: 3, deployment: { resources } }),
      unprotect: () => assert.fail(),
      destroy: (exclude) => Promise.resolve((excluded.push(exclude), ended)),
    });
    assert.deepEqual(excluded, [[urn]]);
  });
});

import assert from 'node:assert/strict';
import { gateFor } from '../../releases/approval';
import { findTested, findVerdict } from '../../releases/ledger';
import { isOfState } from '../../releases/pass-key';
import { adopted, candidate, cutover, gate, tested, verdict } from './fixtures';

const [a, g] = [candidate('a'), gate('/')];
const staging = { name: 'staging' };
const dev = { name: 'dev' };

describe('what a pass is of', () => {
  it('is one upstream, if anybody asks for one', () => {
    assert.equal(isOfState({ upstream: 'staging' }, staging), true);
    assert.equal(isOfState({ upstream: 'staging' }, dev), false);
    assert.equal(isOfState({ upstream: 'staging' }, undefined), true);
  });

  it('is everything that it served, where anybody asks for that', () => {
    const won = { upstream: 'staging', digests: { db: '1', discounts: 'a' }, verdict: 'passed' };
    assert.equal(isOfState(won, { ...staging, digests: { discounts: 'a', db: '1' } }), true);
    assert.equal(isOfState(won, { ...staging, digests: { discounts: 'a', db: '2' } }), false);
    assert.equal(isOfState(won, { ...dev, digests: won.digests }), false);
    assert.equal(isOfState(won, staging), true);
  });

  it('is won anew where an older version did not write it down; its refusals stand', () => {
    const state = { ...staging, digests: { discounts: 'a' } };
    assert.equal(isOfState({ upstream: 'staging', verdict: 'refused' }, state), true);
    for (const other of [{ verdict: 'passed' }, { verdict: 'unknown' }, {}]) {
      assert.equal(isOfState({ upstream: 'staging', ...other }, state), false);
    }
    assert.equal(isOfState({ upstream: 'dev', verdict: 'refused' }, state), false);
  });

  it('is found by it', () => {
    const [pass, checked] = [verdict(a, g, 'passed'), tested(a, g)];
    assert.equal(findVerdict([pass], 'production', a, g, staging), pass);
    assert.equal(findVerdict([pass], 'production', a, g, dev), undefined);
    assert.equal(findVerdict([pass], 'production', a, g), pass);
    assert.equal(findTested([checked], 'production', a, g, staging), checked);
    assert.equal(findTested([checked], 'production', a, g, dev), undefined);
    assert.equal(findTested([checked], 'production', a, g), checked);
  });

  it('is everything of what was found running', () => {
    assert.equal(findVerdict([adopted(a)], 'production', a, g, dev)?.verdict, 'passed');
  });

  it('decides whether what runs has passed a gate that asks people', () => {
    const asking = { ...g, approval: { expiresHours: 72, approvers: [] } };
    const records = [verdict(a, asking, 'passed'), cutover(a)];
    assert.deepEqual(gateFor(records, 'production', a, asking, staging), asking);
    assert.deepEqual(gateFor(records, 'production', a, asking, dev), g);
  });
});

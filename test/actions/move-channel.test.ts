import assert from 'node:assert/strict';
import moveChannel from '../../actions/move-channel';
import { FakeRegistry } from '../clients/registry/fake-registry';

describe('move-channel', () => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await FakeRegistry.start({ password: 'secret' });
  });
  afterEach(() => registry.stop());

  const input = (digest: string) => ({
    channel: 'production',
    candidate: { discounts: { service: 'discounts', image: 'localhost:5500/shop/discounts', digest, revision: 'c' } },
    registryUrl: registry.endpoint,
    login: { username: 'ann', password: 'secret' },
  });

  it('makes the tag stand for the very digest, as often as it is asked', async () => {
    const old = registry.put('shop/discounts', { config: { digest: 'a' } });
    const next = registry.put('shop/discounts', { config: { digest: 'b' } });
    assert.deepEqual(await moveChannel(input(old)), { discounts: old });
    assert.deepEqual(await moveChannel(input(next)), { discounts: next });
    assert.deepEqual(await moveChannel(input(next)), { discounts: next });
    assert.equal(registry.tags.get('shop/discounts:production'), next);
  });

  it('fails for a digest that the registry does not have, and leaves the tag', async () => {
    const old = registry.put('shop/discounts', { config: { digest: 'a' } });
    await moveChannel(input(old));
    await assert.rejects(moveChannel(input(`sha256:${'0'.repeat(64)}`)), /has no shop\/discounts@sha256:0/);
    assert.equal(registry.tags.get('shop/discounts:production'), old);
  });
});

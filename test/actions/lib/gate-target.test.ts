import assert from 'node:assert/strict';
import { withTarget } from '../../../actions/lib/gate-target';
import { candidate, gate } from '../../releases/fixtures';

const place = {
  ssh: { host: 'stage.example.com', port: 22, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'pa55' },
  folder: '/usr/local/shop-stage',
};
const upstream = {
  ...place,
  folder: '/usr/local/shop-pilot',
  ports: { api: 8080 },
  tools: 't',
  registry: { host: 'r', username: '', password: '' },
};
const common = {
  instance: 'shop',
  environment: 'stage',
  upstream: 'pilot',
  upstreamNetwork: 'shop-pilot',
  candidate: candidate('a'),
  gate: gate('/'),
};
const input = { ...common, ledger: 'shop-ledger' };

describe('where a gate’s ledger and what it tests are', () => {
  const where = (asked: Parameters<typeof withTarget>[0]) => {
    const { ledger, target } = withTarget(asked);
    return { ledger, upstreamLedger: target.ledger, on: target.on };
  };

  it('is the platform’s engine when nothing else is said', () => {
    assert.deepEqual(where(input), { ledger: 'shop-ledger', upstreamLedger: 'shop-ledger', on: {} });
  });

  it('is each machine for itself', () => {
    const own = { ...input, places: { ledger: place } };
    assert.deepEqual(where(own), { ledger: place, upstreamLedger: 'shop-ledger', on: {} });
    assert.deepEqual(where({ ...input, ledger: '', places: { ledger: place, upstream } }), {
      ledger: place,
      upstreamLedger: upstream,
      on: { host: upstream.ssh },
    });
  });

  it('leaves checks their own secrets, and all else as it was asked', () => {
    const secrets = { datadogApiKey: 'k' };
    const { ledger, target, ...rest } = withTarget({ ...input, secrets, places: { upstream } });
    assert.equal(ledger, 'shop-ledger');
    assert.deepEqual(target.ledger, upstream);
    assert.deepEqual(rest, { ...common, secrets });
  });
});

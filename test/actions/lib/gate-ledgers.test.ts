import assert from 'node:assert/strict';
import { withLedgers } from '../../../actions/lib/gate-ledgers';
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

describe('where a gate’s ledgers and upstream are', () => {
  it('is the platform’s engine when nothing else is said', () => {
    assert.deepEqual(withLedgers(input), {
      ...common,
      ledger: 'shop-ledger',
      upstreamLedger: 'shop-ledger',
      container: 'shop-ledger',
    });
  });

  it('is each machine for itself', () => {
    assert.deepEqual(withLedgers({ ...input, places: { ledger: place } }), {
      ...common,
      ledger: place,
      upstreamLedger: 'shop-ledger',
      container: 'shop-ledger',
    });
    assert.deepEqual(withLedgers({ ...input, ledger: '', places: { ledger: place, upstream } }), {
      ...common,
      ledger: place,
      upstreamLedger: upstream,
      container: '',
      elsewhere: upstream,
    });
  });

  it('leaves checks their own secrets', () => {
    const secrets = { datadogApiKey: 'k' };
    assert.deepEqual(withLedgers({ ...input, secrets, places: { upstream } }).secrets, secrets);
  });
});

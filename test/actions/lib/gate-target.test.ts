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
const key = 'k'.repeat(43);
const input = { ...common, ledger: { key } };

describe('where a gate’s ledger and what it tests are', () => {
  const where = (asked: Parameters<typeof withTarget>[0]) => {
    const { ledger, target } = withTarget(asked);
    return { ledger, upstreamLedger: target.ledger, on: target.on };
  };

  it('is the store, and the platform’s engine when nothing else is said', () => {
    const ledger = { environment: 'stage', key };
    assert.deepEqual(where(input), { ledger, upstreamLedger: { environment: 'pilot', key }, on: {} });
    // Where an environment is has no say in where its ledger is.
    assert.deepEqual(where({ ...input, machine: place, places: { upstream } }), {
      ledger,
      upstreamLedger: { environment: 'pilot', key },
      on: { host: upstream.ssh },
    });
  });

  it('is the store that config names', () => {
    const store = 's3://bucket/shop';
    assert.deepEqual(where({ ...input, ledger: { key, store } }), {
      ledger: { environment: 'stage', key, store },
      upstreamLedger: { environment: 'pilot', key, store },
      on: {},
    });
  });

  it('is each machine for itself where the state is where no store can be', () => {
    const asked = { ...input, ledger: { key, onMachines: true as const } };
    const ledger = { environment: 'stage', key, machine: place };
    assert.deepEqual(where({ ...asked, machine: place }), {
      ledger,
      upstreamLedger: { environment: 'pilot', key },
      on: {},
    });
    assert.deepEqual(where({ ...asked, machine: place, places: { upstream } }), {
      ledger,
      upstreamLedger: { environment: 'pilot', key, machine: { ssh: upstream.ssh, folder: upstream.folder } },
      on: { host: upstream.ssh },
    });
  });

  it('leaves checks their own secrets, and all else as it was asked', () => {
    const secrets = { datadogApiKey: 'k' };
    const { ledger, target, ...rest } = withTarget({ ...input, secrets, places: { upstream } });
    assert.deepEqual([ledger.environment, target.ledger.environment], ['stage', 'pilot']);
    assert.deepEqual(rest, { ...common, secrets });
  });
});

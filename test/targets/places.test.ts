import assert from 'node:assert/strict';
import { ownEngine, placed, placesIn, withPlaces } from '../../targets/places';
import { candidate, gate } from '../releases/fixtures';

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

describe('the engine of an environment that an action is about', () => {
  it('is this process’s own, or that of its machine', () => {
    assert.deepEqual(ownEngine(undefined), {});
    assert.deepEqual(ownEngine(withPlaces({}, { datadogApiKey: 'k' })), {});
    assert.deepEqual(ownEngine(withPlaces({ upstream })), {});
    assert.deepEqual(ownEngine(withPlaces({ own: upstream }, { datadogApiKey: 'k' })), { host: place.ssh });
  });

  it('is among secrets only where there is one', () => {
    assert.equal(withPlaces({}), undefined);
    assert.deepEqual(placesIn(withPlaces({ own: upstream }, { datadogApiKey: 'k' })), {
      places: { own: upstream },
      rest: { secrets: { datadogApiKey: 'k' } },
    });
  });
});

describe('where a gate’s ledgers and upstream are', () => {
  it('is the platform’s engine when nothing else is said', () => {
    assert.deepEqual(placed(input), {
      ...common,
      ledger: 'shop-ledger',
      upstreamLedger: 'shop-ledger',
      container: 'shop-ledger',
    });
  });

  it('is each machine for itself', () => {
    const secrets = (places: object) => ({ places: JSON.stringify(places) });
    assert.deepEqual(placed({ ...input, secrets: secrets({ ledger: place }) }), {
      ...common,
      ledger: place,
      upstreamLedger: 'shop-ledger',
      container: 'shop-ledger',
    });
    assert.deepEqual(placed({ ...input, ledger: '', secrets: secrets({ ledger: place, upstream }) }), {
      ...common,
      ledger: place,
      upstreamLedger: upstream,
      container: '',
      elsewhere: upstream,
    });
  });

  it('leaves checks their own secrets, and those logins to nobody', () => {
    const secrets = { datadogApiKey: 'k', places: JSON.stringify({ upstream }) };
    assert.deepEqual(placed({ ...input, secrets }).secrets, { datadogApiKey: 'k' });
  });
});

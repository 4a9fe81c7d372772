import assert from 'node:assert/strict';
import { ledgerOf, type MachinePlace } from '../../targets/place';
import { access } from './store-home';

const machine: MachinePlace = {
  ssh: { host: 'pilot.example.com', port: 2222, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'pa55' },
  folder: '/usr/local/shop-pilot',
};
const { key } = access;

describe('where the ledger of an environment is', () => {
  it('is the store, whatever machine it runs on', () => {
    for (const place of [undefined, machine]) {
      assert.deepEqual(ledgerOf(access, 'pilot', place), { environment: 'pilot', key });
      assert.deepEqual(ledgerOf({ key, store: 's3://b' }, 'pilot', place), {
        environment: 'pilot',
        key,
        store: 's3://b',
      });
    }
  });

  it('is its machine where no store can be beside the state, and nothing else of what is known of that', () => {
    const told = { ...machine, ports: { api: 80 } };
    assert.deepEqual(ledgerOf({ key, onMachines: true }, 'pilot', told), { environment: 'pilot', key, machine });
    assert.deepEqual(ledgerOf({ key, onMachines: true }, 'pilot', undefined), { environment: 'pilot', key });
  });
});

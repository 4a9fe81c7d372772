import assert from 'node:assert/strict';
import { ledgerOf, storeAccess, type MachinePlace } from '../../targets/place';
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

  it('is reached with what the platform says of the store’s machine, which no environment’s own machine is', () => {
    const storeLogin = { hostKey: 'ssh-ed25519 B', privateKey: 'key' };
    const given = { key, store: 'ssh://ann@store.example.com/srv', storeLogin };
    assert.deepEqual(ledgerOf(given, 'pilot', machine), { environment: 'pilot', ...given });
  });

  it('is known of config before the platform is there', () => {
    const none = { store: '', storeHostKey: '', sshPassword: '', sshPrivateKey: '' };
    assert.deepEqual(storeAccess(none, undefined), {});
    assert.deepEqual(storeAccess(none, 'https://api.pulumi.com'), { onMachines: true });
    assert.deepEqual(storeAccess({ ...none, store: 's3://b' }, 'https://api.pulumi.com'), { store: 's3://b' });
    const there = { ...none, store: 'ssh://ann@m/srv', storeHostKey: 'ssh-ed25519 B' };
    assert.deepEqual(storeAccess({ ...there, sshPassword: 'pa55' }, 's3://b'), {
      store: 'ssh://ann@m/srv',
      storeLogin: { hostKey: 'ssh-ed25519 B', password: 'pa55' },
    });
    assert.deepEqual(storeAccess({ ...there, sshPrivateKey: ' key ' }, undefined).storeLogin, {
      hostKey: 'ssh-ed25519 B',
      privateKey: 'key\n',
    });
  });

  it('is its machine where no store can be beside the state, and nothing else of what is known of that', () => {
    const told = { ...machine, ports: { api: 80 } };
    assert.deepEqual(ledgerOf({ key, onMachines: true }, 'pilot', told), { environment: 'pilot', key, machine });
    assert.deepEqual(ledgerOf({ key, onMachines: true }, 'pilot', undefined), { environment: 'pilot', key });
  });
});

import assert from 'node:assert/strict';
import { ownEngine } from '../../targets/places';

const upstream = {
  ssh: { host: 'stage.example.com', port: 22, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'pa55' },
  folder: '/usr/local/shop-pilot',
  ports: { api: 8080 },
  tools: 't',
  registry: { host: 'r', username: '', password: '' },
};

describe('the engine of an environment that an action is about', () => {
  it('is this process’s own, or that of its machine', () => {
    assert.deepEqual(ownEngine(undefined), {});
    assert.deepEqual(ownEngine({}), {});
    assert.deepEqual(ownEngine({ upstream }), {});
    assert.deepEqual(ownEngine({ own: upstream }), { host: upstream.ssh });
  });
});

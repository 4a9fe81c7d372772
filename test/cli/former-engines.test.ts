import assert from 'node:assert/strict';
import { formerEngines, nextAfterMove } from '../../cli/former-engines';
import type { OnEngine } from '../../engine/docker';

const urn = (name: string): string => `urn:pulumi:staging::sluice::pulumi:providers:docker::${name}`;
const provider = (name: string, host?: string) => ({
  type: 'pulumi:providers:docker',
  urn: urn(name),
  inputs: host === undefined ? {} : { host },
});
const state = (...resources: object[]) => ({ version: 3, deployment: { resources } });
const at = (host: string, port = 22): OnEngine => ({ host: { host, port, user: 'deploy', hostKey: '' } });
const old = { urn: urn('engine-1'), host: 'ssh://deploy@old:22' };

describe('engines that a stack has been on', () => {
  it('are none of a new stack, nor of one that is where its file says', () => {
    assert.deepEqual(formerEngines({ version: 3, deployment: {} }, at('old')), []);
    assert.deepEqual(formerEngines(state(provider('engine')), {}), []);
    const there = state(provider('engine-1', 'ssh://deploy@old:22'), { type: 'docker:index/network:Network' });
    assert.deepEqual(formerEngines(there, at('old')), []);
  });

  it('are those of other addresses: another host, another port, or none any more', () => {
    const there = state(provider('engine-1', 'ssh://deploy@old:22'));
    for (const now of [at('new'), at('old', 2222), {}]) assert.deepEqual(formerEngines(there, now), [old]);
  });

  it('are not this machine’s own, which is always there', () => {
    assert.deepEqual(formerEngines(state(provider('engine')), at('new')), []);
  });

  it('that are away have the next thing to type name them, by either plugin’s message', () => {
    for (const error of [
      'no Docker engine answers at ssh://deploy@old:22 (ssh: connect: refused): start Docker there',
      'error during connect: Get "http://docker.example.com/v1.41/info": command [ssh -- old docker system dial-stdio]',
    ]) {
      const next = nextAfterMove('staging', [old], [error]) ?? '';
      assert.match(next, /what staging had at ssh:\/\/deploy@old:22 could not be removed/);
      assert.ok(next.endsWith(`npm run pulumi -- state delete ${old.urn} --target-dependents --yes -s staging`));
    }
  });

  it('are not blamed for anything else, and nobody is blamed where there are none', () => {
    assert.equal(nextAfterMove('staging', [old], ['port is already allocated']), undefined);
    assert.equal(nextAfterMove('staging', [], ['no Docker engine answers at ssh://deploy@new:22']), undefined);
  });
});

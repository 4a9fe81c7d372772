import assert from 'node:assert/strict';
import type { UserError } from '../../base/errors';
import { parseProject, sample } from '../errors/project';
import { tells } from '../errors/told';

/** The sample, whose platform says this as well. */
function platform(values: Record<string, unknown>, environment: Record<string, unknown> = {}): () => unknown {
  const project = sample();
  Object.assign(project.platform, values);
  Object.assign(project.staging, environment);
  return () => parseProject(project);
}

const away = ['0.0.0.0', '::', '192.0.2.7', '10.0.0.1', '172.17.0.1', 'fe80::1', '::ffff:192.0.2.7', '128.0.0.1'];
const own = ['', '127.0.0.1', '127.8.9.10', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'];
const external = { registry: 'external', registryHost: 'registry.example.com' };
const elsewhere = { ...external, ci: 'gitlab', repositories: {}, builds: {} };

describe('CleartextBind: what the platform serves in plain HTTP', () => {
  it('is bound to no address that other machines reach', () => {
    for (const bind of away) assert.throws(platform({ bind }), tells('cleartextBind'), bind);
    assert.throws(platform({ bind: '0.0.0.0', cleartext: 'refused' }), tells('cleartextBind'));
    for (const bind of own) assert.doesNotThrow(platform({ bind }), bind);
  });

  it('is, where the file accepts it, in exactly this word', () => {
    for (const bind of away) assert.doesNotThrow(platform({ bind, cleartext: 'accepted' }), bind);
    for (const cleartext of ['yes', true, 'acepted', ''])
      assert.throws(platform({ bind: '0.0.0.0', cleartext }), {
        message: /sluice:cleartext must be one of refused, acc/,
      });
  });

  it('says which services, and what that means', () => {
    assert.throws(platform({ bind: '::' }), (error: UserError) =>
      error.message.startsWith(
        'Pulumi.platform.yaml: sluice:bind is ::, where git host, Drone and registry would answer',
      ),
    );
    assert.throws(platform({ ...external, bind: '::' }), (error: UserError) =>
      error.message.startsWith('Pulumi.platform.yaml: sluice:bind is ::, where git host and Drone would answer'),
    );
  });

  it('is no name: a name may lead anywhere', () => {
    for (const bind of ['localhost', 'shop.example.com', '*'])
      assert.throws(platform({ bind, cleartext: 'accepted' }), { message: /sluice:bind must be an IP address/ });
  });

  it('may be an address from a variable that is not set, for those who only look', () => {
    assert.doesNotThrow(platform({ bind: '$BIND_OF_NOBODY' }));
    assert.doesNotThrow(platform({ ...external, registryStepsUrl: '$STEPS_OF_NOBODY' }));
  });

  it("leaves an environment's own address, and that of a platform which serves nothing, alone", () => {
    assert.doesNotThrow(platform({}, { bind: '0.0.0.0' }));
    const project = { platform: { role: 'platform', ...elsewhere, bind: '0.0.0.0' } };
    assert.doesNotThrow(() => parseProject(project));
  });
});

describe("the steps' way to a registry", () => {
  const steps = (registryHost: string, registryStepsUrl: string, more = {}) =>
    platform({ ...external, registryHost, registryStepsUrl, ...more });

  it('is encrypted when it leads to another machine', () => {
    assert.throws(steps('registry.example.com', 'http://registry.example.com:5000'), tells('cleartextSteps'));
    assert.throws(steps('localhost.example.com', 'http://localhost.example.com'), tells('cleartextSteps'));
    assert.doesNotThrow(steps('registry.example.com', 'https://registry.example.com:5001'));
    assert.doesNotThrow(steps('registry.example.com', 'http://r:5000', { cleartext: 'accepted' }));
  });

  it('needs no encryption on this machine', () => {
    assert.doesNotThrow(steps('localhost:5000', 'http://registry:5000'));
    assert.doesNotThrow(steps('registry.example.com', 'http://127.0.0.1:5000'));
  });
});

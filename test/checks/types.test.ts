import assert from 'node:assert/strict';
import { loadProgram } from '../../checks/programs';
import { checkTypeNames, secretsFor } from '../../checks/types';
import { parseConfig } from '../../config';
import { gateHash } from '../../releases/names';

const environment = { role: 'environment', platform: 'platform', bind: '', promotesFrom: 'staging', channel: '' };

/** The hash of a gate with one check, as config has it; a scenario is replaced, since it may change. */
function hashOf(check: object): string {
  const values = { ...environment, services: '{}', gate: JSON.stringify([check]) };
  const config = parseConfig('production', values);
  assert.ok(config.role === 'environment');
  const checks = config.gate.checks.map((each) =>
    'scenario' in each.settings ? { ...each, settings: { ...each.settings, scenario: 'x' } } : each,
  );
  return gateHash({ checks });
}

describe('types of check', () => {
  // A gate whose hash changes is asked again about what has passed it.
  for (const [hash, check] of [
    [
      '7732eeb3ae40',
      {
        name: 'shop',
        type: 'browser',
        scenario: 'checks/scenarios/storedog.ts',
        viewports: [{ name: 'desktop', width: 1280, height: 800 }],
        service: 'frontend',
      },
    ],
    [
      '6ac9ce4bb960',
      {
        name: 'health',
        type: 'http',
        service: 'discounts',
        path: '/health',
        status: 200,
        body: { contains: 'ok' },
        json: [{ path: 'a', equals: 1 }],
        maxSeconds: 2,
      },
    ],
    ['3827626bed4a', { name: 'own', type: 'command', command: ['true', 'x'], timeLimitSeconds: 5 }],
    ['494c5ad92954', { name: 'rate', type: 'prometheus', url: 'http://prometheus:9090', query: 'up', min: 1 }],
  ] as const)
    it(`keep the hash of a gate with a check of type ${check.type}`, () => assert.equal(hashOf(check), hash));

  it('each load their code', async () => {
    for (const type of checkTypeNames) assert.equal(typeof (await loadProgram(type)), 'function');
  });

  it('get their own secrets and nobody else’s', () => {
    const secrets = { datadogApiKey: 'a', datadogAppKey: 'b', other: 'c' };
    assert.deepEqual(secretsFor('datadog', secrets), { datadogApiKey: 'a', datadogAppKey: 'b' });
    assert.deepEqual(secretsFor('datadog'), { datadogApiKey: '', datadogAppKey: '' });
    assert.equal(secretsFor('command', secrets), undefined);
  });
});

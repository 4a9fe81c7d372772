import assert from 'node:assert/strict';
import { parseConfig } from '../../config';
import { defaults, fails } from './of-values';

describe('parseConfig of a gate', () => {
  it('reads a check into what the gate runs, with its type’s time limit', () => {
    const config = parseConfig('production', {
      ...defaults,
      promotesFrom: 'staging',
      gate: '[{"name":"health","type":"http","service":"discounts","path":"/health"}]',
    });
    assert.deepEqual(config.role === 'environment' && config.gate, {
      checks: [
        { name: 'health', type: 'http', timeLimitSeconds: 30, settings: { service: 'discounts', path: '/health' } },
      ],
    });
  });

  it('puts a browser check’s scenario into the gate as source', () => {
    const config = parseConfig('production', {
      ...defaults,
      promotesFrom: 'staging',
      gate: '[{"name":"shop","type":"browser","scenario":"checks/scenarios/storedog.ts"}]',
    });
    const [check] = config.role === 'environment' ? config.gate.checks : [];
    assert.match(String(check?.settings['scenario']), /export default/);
    assert.equal(check?.timeLimitSeconds, 120);
  });

  it('reads who is asked into the gate, which is what it was where nobody is', () => {
    const gate = (values: Record<string, string>) => {
      const config = parseConfig('production', { ...defaults, promotesFrom: 'staging', ...values });
      assert.ok(config.role === 'environment');
      return config.gate;
    };
    assert.deepEqual(gate({}), { checks: [] });
    assert.deepEqual(gate({ approval: 'none', approvalExpiresHours: '5' }), { checks: [] });
    assert.deepEqual(gate({ approval: 'required' }), { checks: [], approval: { expiresHours: 72, approvers: [] } });
    assert.deepEqual(gate({ approval: 'required', fourEyes: 'true' }), {
      checks: [],
      approval: { expiresHours: 72, approvers: [], fourEyes: true },
    });
    assert.deepEqual(gate({ approval: 'required', fourEyes: 'false' }), gate({ approval: 'required' }));
    assert.deepEqual(gate({ approval: 'required', approvalExpiresHours: '8', approvers: '["ann","bob"]' }), {
      checks: [],
      approval: { expiresHours: 8, approvers: ['ann', 'bob'] },
    });
  });

  it('refuses a gate in front of nothing', () => {
    fails({ gate: '[{"name":"c","type":"command","command":["true"]}]' }, /sluice:gate needs sluice:promotesFrom/);
  });

  it('refuses a scenario that does not exist', () => {
    fails(
      { promotesFrom: 'dev', gate: '[{"name":"c","type":"browser","scenario":"nowhere.ts"}]' },
      'Pulumi.staging.yaml: the scenario nowhere.ts of check c (sluice:gate) does not exist',
    );
  });
});

import assert from 'node:assert/strict';
import { Ledger } from '../../components/ledger';
import { healthCheck } from '../../components/health';
import { container, record, valueOf } from './mocks';
import { held, printed, readOnlyRoot } from './platform-args';

describe('Ledger', () => {
  it('keeps records in a volume behind a container without network and rights', async () => {
    const recorder = await record({ stack: 'platform', stdout: printed });
    const ledger = new Ledger('ledger', { instance: 'sluice', stack: 'platform', image: 'sluice/tools:1' });
    assert.equal(await valueOf(ledger.ready), 'sluice-ledger');
    const labels = [
      { label: 'sluice.instance', value: 'sluice' },
      { label: 'sluice.stack', value: 'platform' },
      { label: 'sluice.role', value: 'ledger' },
    ];
    assert.deepEqual(recorder.inputs('docker:index/volume:Volume', 'ledger'), { name: 'sluice-ledger', labels });
    assert.deepEqual(recorder.inputs(container, 'ledger'), {
      name: 'sluice-ledger',
      image: 'sluice/tools:1',
      user: '65534:65534',
      entrypoints: ['sh', '-c', 'mkdir -p /ledger/evidence && touch /ledger/ledger.jsonl && exec sleep infinity'],
      networkMode: 'none',
      ...readOnlyRoot,
      init: true,
      labels,
      volumes: [{ volumeName: 'sluice-ledger', containerPath: '/ledger' }],
      ...held(64),
      healthcheck: healthCheck('test -w /ledger/ledger.jsonl'),
      waitTimeout: 60,
      destroyGraceSeconds: 5,
    });
  });
});

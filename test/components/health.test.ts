import assert from 'node:assert/strict';
import { healthCheck } from '../../components/health';

const mark = '/dev/shm/sluice-well';

describe('healthCheck', () => {
  it('asks every second until the first success, and rests 25 s in each one after it', () => {
    assert.deepEqual(healthCheck('wget -q http://localhost/'), {
      tests: [
        'CMD-SHELL',
        `(wget -q http://localhost/) || exit 1; [ -e ${mark} ] || { : > ${mark}; exit 0; }; sleep 25`,
      ],
      interval: '1s',
      timeout: '35s',
      startPeriod: '1m0s',
      retries: 5,
    });
  });

  it('runs in another shell, and gives more time to start', () => {
    const { tests, startPeriod } = healthCheck('true', { shell: 'bash', startPeriod: '2m0s' });
    assert.deepEqual([tests.slice(0, 3), startPeriod], [['CMD', 'bash', '-c'], '2m0s']);
  });
});

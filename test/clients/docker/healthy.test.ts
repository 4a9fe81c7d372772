import assert from 'node:assert/strict';
import type { ContainerInfo } from '../../../clients/docker/docker';
import { healthOf } from '../../../clients/docker/healthy';

const container = (state: Partial<ContainerInfo['State']>, restarts = 0) => ({
  RestartCount: restarts,
  State: { Status: 'running', Running: true, ExitCode: 0, StartedAt: '', FinishedAt: '', ...state },
});
const health = (status: string, output = '') => ({
  Health: { Status: status, Log: [{ Output: output, ExitCode: status === 'healthy' ? 0 : 1 }] },
});

describe('the health of a container', () => {
  it('is waited for while it starts', () => {
    assert.equal(healthOf(container(health('healthy'))).state, 'healthy');
    assert.equal(healthOf(container(health('starting'))).state, 'waiting');
  });

  it('is not waited for once it has exited, been started again or failed for good', () => {
    const ill = {
      'exited (code 3)': container({ Status: 'exited', Running: false, ExitCode: 3 }),
      'restarting (code 1)': container({ Status: 'restarting', Restarting: true, ExitCode: 1 }),
      'started again 2 times, it exits (code 1)': container({ ...health('starting'), ExitCode: 1 }, 2),
      'unhealthy: connection refused': container(health('unhealthy', 'trying\nconnection refused\n')),
      gone: undefined,
    };
    for (const [is, found] of Object.entries(ill)) assert.deepEqual(healthOf(found), { state: 'ill', is });
  });

  it('counts when it has come back by itself, as after a restart of the engine', () => {
    assert.equal(healthOf(container(health('healthy'), 1)).state, 'healthy');
  });

  it('cannot be told of a container without a check, and is told so', () => {
    assert.match(healthOf(container({})).is, /no health check: its image has no HEALTHCHECK/);
  });
});

import assert from 'node:assert/strict';
import awaitHealthy from '../../actions/await-healthy';
import { ActionFailed } from '../../base/errors';
import { assertTold } from '../errors/told';
import { fakeDocker, type FakeDocker } from './fake-docker';

const input = { service: 'db', container: 'c', containerId: 'id', healthySeconds: 30 };
const state = (health: string, more: object = {}) =>
  JSON.stringify([
    {
      Id: 'id',
      State: { Status: 'running', Running: true, ExitCode: 0, Health: { Status: health, Log: [] }, ...more },
    },
  ]);

describe('await-healthy', () => {
  let docker: FakeDocker;
  afterEach(() => docker.restore());

  it('ends when the container is healthy', async () => {
    docker = fakeDocker([
      { part: 'inspect', stdout: state('starting'), times: 1 },
      { part: 'inspect', stdout: state('healthy') },
    ]);
    assert.deepEqual(await awaitHealthy(input), { container: 'c' });
    assert.equal(docker.calls().length, 2);
  });

  it('fails with the last words of one that will not be', async () => {
    docker = fakeDocker([
      { part: 'inspect', stdout: state('unhealthy') },
      { part: 'logs', stdout: 'no room for data\n' },
    ]);
    await assert.rejects(awaitHealthy(input), (error: unknown) => {
      assert.ok(error instanceof ActionFailed);
      const [message = '', next] = error.message.split('\n  next: ');
      assert.equal(
        message,
        'db: c is unhealthy; what depends on it is not started\n  its last words:\n    no room for data',
      );
      assertTold('awaitedUnhealthy', { message, ...(next === undefined ? {} : { next }) });
      return true;
    });
  });
});

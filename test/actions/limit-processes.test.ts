import * as assert from 'node:assert/strict';
import limitProcesses from '../../actions/limit-processes';
import { fakeDocker, type FakeDocker } from './fake-docker';

describe('limit-processes', () => {
  let docker: FakeDocker;
  afterEach(() => docker.restore());
  const input = { containers: ['a1', 'b2'], limit: 512 };

  it('limits all containers in one call', async () => {
    docker = fakeDocker([{ part: 'info', stdout: 'true\n' }]);
    assert.deepEqual(await limitProcesses(input), { containers: ['a1', 'b2'] });
    assert.deepEqual(docker.calls()[1]?.args, ['update', '--pids-limit', '512', 'a1', 'b2']);
  });

  it('leaves them alone on an engine that can not count processes', async () => {
    docker = fakeDocker([{ part: 'info', stdout: 'false\n' }]);
    assert.deepEqual(await limitProcesses(input), { containers: [] });
    assert.equal(docker.calls().length, 1);
  });

  for (const stderr of [
    'cannot update a stopped container: unknown',
    'Error response from daemon: Cannot update container 1fc765: cannot update a deleted process: unknown',
    'Error response from daemon: Cannot update container 496cd5: container is not running',
    'Error response from daemon: Cannot update container 206eca: runc did not terminate successfully: exit status 1: container not running\n: unknown',
  ]) {
    it(`tries again when a container ends in that very moment, but not for ever: ${stderr}`, async () => {
      docker = fakeDocker([
        { part: 'info', stdout: 'true\n' },
        { part: 'update', stderr, code: 1, times: 2 },
      ]);
      assert.deepEqual(await limitProcesses(input), { containers: ['a1', 'b2'] });
      assert.equal(docker.calls().length, 4);
      docker.restore();
      docker = fakeDocker([
        { part: 'info', stdout: 'true\n' },
        { part: 'update', stderr, code: 1 },
      ]);
      await assert.rejects(limitProcesses(input), /stopped container|deleted process|not running/);
    });
  }

  it('fails when the engine refuses', async () => {
    docker = fakeDocker([
      { part: 'info', stdout: 'true\n' },
      { part: 'update', stderr: 'no such container', code: 1 },
    ]);
    await assert.rejects(limitProcesses(input), /no such container/);
  });
});

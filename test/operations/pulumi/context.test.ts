import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { prepare } from '../../../operations/prepare';
import { chosenContext } from '../../../operations/pulumi/context';
import { fakeDocker } from '../../actions/fake-docker';

/** What is added to an environment on a machine whose client says this of its context. */
async function added(says: { stdout?: string; code?: number }, given: NodeJS.ProcessEnv = {}): Promise<object> {
  const docker = fakeDocker([{ part: 'context inspect', ...says }]);
  try {
    return await chosenContext({ PATH: process.env['PATH'], ...given });
  } finally {
    docker.restore();
  }
}

describe('the Docker context, as Pulumi is told of it', () => {
  it('is what people have chosen', async () => {
    assert.deepEqual(await added({ stdout: 'colima\n' }), { DOCKER_CONTEXT: 'colima' });
  });

  it('is nothing for the usual engine, and where the client can’t tell', async () => {
    assert.deepEqual(await added({ stdout: 'default\n' }), {});
    assert.deepEqual(await added({ stdout: '\n', code: 1 }), {});
    assert.deepEqual(await chosenContext({ PATH: '/nowhere' }), {});
  });

  it('leaves alone what a variable says', async () => {
    for (const name of ['DOCKER_HOST', 'DOCKER_CONTEXT'])
      assert.deepEqual(await added({ stdout: 'colima\n' }, { [name]: 'x' }), {});
    assert.deepEqual(await added({ stdout: 'colima\n' }, { DOCKER_HOST: '' }), { DOCKER_CONTEXT: 'colima' });
  });

  it('is there for everything that a verb starts', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'sluice-context-'));
    const before = { ...process.env };
    const docker = fakeDocker([{ part: 'context inspect', stdout: 'colima\n' }]);
    try {
      for (const name of ['DOCKER_HOST', 'DOCKER_CONTEXT', 'PULUMI_BACKEND_URL'])
        Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, { SLUICE_IN_IMAGE: '1', SLUICE_HOME: home });
      await prepare({ options: {}, note: () => undefined });
      assert.equal(process.env['DOCKER_CONTEXT'], 'colima');
    } finally {
      docker.restore();
      for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
      rmSync(home, { recursive: true, force: true });
    }
  });
});

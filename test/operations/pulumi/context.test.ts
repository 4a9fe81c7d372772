import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { prepare } from '../../../operations/prepare';
import { chosenEngine } from '../../../operations/pulumi/context';
import { fakeDocker } from '../../actions/fake-docker';

/** What is added to an environment on a machine whose client says this of its context. */
async function added(says: { stdout?: string; code?: number }, given: NodeJS.ProcessEnv = {}): Promise<object> {
  const docker = fakeDocker([{ part: 'context inspect', ...says }]);
  try {
    return await chosenEngine({ PATH: process.env['PATH'], ...given });
  } finally {
    docker.restore();
  }
}

describe('the Docker context, as Pulumi is told of it', () => {
  it('is the engine that people have chosen', async () => {
    const stdout = 'colima unix:///home/ann/.colima/docker.sock {}\n';
    const engine = { DOCKER_HOST: 'unix:///home/ann/.colima/docker.sock' };
    assert.deepEqual(await added({ stdout }), engine);
    // The client has looked at this variable itself.
    assert.deepEqual(await added({ stdout }, { DOCKER_HOST: '', DOCKER_CONTEXT: 'colima' }), engine);
    assert.deepEqual(await added({ stdout: 'far ssh://ann@far {}\n' }), { DOCKER_HOST: 'ssh://ann@far' });
  });

  it('is nothing for the usual engine, for one with TLS, and where the client can’t tell', async () => {
    assert.deepEqual(await added({ stdout: 'default unix:///var/run/docker.sock {}\n' }), {});
    assert.deepEqual(await added({ stdout: 'far tcp://far:2376 {"docker":["ca.pem"]}\n' }), {});
    assert.deepEqual(await added({ stdout: '\n', code: 1 }), {});
    assert.deepEqual(await chosenEngine({ PATH: '/nowhere' }), {});
  });

  it('leaves alone what DOCKER_HOST says', async () => {
    assert.deepEqual(await added({ stdout: 'colima unix:///c {}\n' }, { DOCKER_HOST: 'unix:///other' }), {});
  });

  it('is there for everything that a verb starts', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'sluice-context-'));
    const before = { ...process.env };
    const docker = fakeDocker([{ part: 'context inspect', stdout: 'colima unix:///c {}\n' }]);
    try {
      for (const name of ['DOCKER_HOST', 'DOCKER_CONTEXT', 'PULUMI_BACKEND_URL'])
        Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, { SLUICE_IN_IMAGE: '1', SLUICE_HOME: home, DOCKER_CONTEXT: 'colima' });
      await prepare({ options: {}, note: () => undefined });
      assert.deepEqual([process.env['DOCKER_HOST'], process.env['DOCKER_CONTEXT']], ['unix:///c', undefined]);
    } finally {
      docker.restore();
      for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
      Object.assign(process.env, before);
      rmSync(home, { recursive: true, force: true });
    }
  });
});

import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import * as path from 'node:path';
import { refuseTakenPorts } from '../../../cli/preflight/ports';
import { docker } from '../../../engine/docker';
import { foundImages } from '../../../stacks/images';
import { parseProject, sample } from '../../errors/project';
import { tells } from '../../errors/told';

const name = `sluice-test-${process.pid}-holder`;

/** On this machine's engine: what holds a port is a real container, and this very process. */
describe('a port that somebody has', () => {
  after(() => docker(['rm', '--force', name]));

  /** The sample, with one port of staging. */
  function withPort(port: number) {
    const project = sample();
    Object.assign(project.platform, { prefix: `t${process.pid}`, registryPort: port });
    const stacks = parseProject(project);
    return stacks.filter(({ name: stack }) => stack === 'platform');
  }

  it('is told with the container that publishes it', async () => {
    const image = foundImages()['node'] ?? '';
    await docker([
      'run',
      '--detach',
      '--name',
      name,
      '--publish',
      '127.0.0.1::80',
      '--entrypoint',
      'sleep',
      image,
      '60',
    ]);
    const { stdout } = await docker(['port', name, '80/tcp']);
    const port = Number(stdout.trim().split(':').at(-1));
    const [platform] = withPort(port);
    assert.ok(platform !== undefined);
    await assert.rejects(refuseTakenPorts([platform], [platform]), (error: Error) => {
      assert.ok(
        error.message.includes(`port ${port} (sluice:registryPort) is taken by container ${name} (image ${image})`),
        error.message,
      );
      return tells('portOfContainer')({ ...error, message: error.message.split('\n')[0] });
    });
  });

  it('is told with the program that listens there', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const [platform] = withPort(port);
      assert.ok(platform !== undefined);
      await assert.rejects(refuseTakenPorts([platform], [platform]), (error: Error) => {
        const program = path.basename(process.execPath);
        assert.ok(
          error.message.includes(
            `port ${port} (sluice:registryPort) is taken by process ${program} (pid ${process.pid})`,
          ),
          error.message,
        );
        return true;
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

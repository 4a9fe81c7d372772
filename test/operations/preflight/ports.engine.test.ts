import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import * as path from 'node:path';
import { refuseTakenPorts } from '../../../operations/preflight/ports';
import { isTakenOnEngine } from '../../../operations/preflight/tried-port';
import { docker } from '../../../clients/docker/docker';
import type { StackFile } from '../../../config/stack';
import { foundImages } from '../../../stacks/images';
import { parseProject, sample } from '../../errors/project';
import { tells } from '../../errors/told';

const name = `sluice-test-${process.pid}-holder`;

/** On this machine's engine: what holds a port is a real container, and this very process. */
describe('a port that somebody has', function () {
  this.timeout(60_000);
  after(() => docker(['rm', '--force', name], { allowFailure: true }));

  function listen(): Promise<{ server: Server; port: number }> {
    const server = createServer();
    return new Promise((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port })),
    );
  }

  const close = (server: Server) => new Promise((resolve) => server.close(resolve));

  /** A platform whose registry wants this port, and whose other ports are free. */
  async function platformOn(registryPort: number): Promise<StackFile> {
    const free = await Promise.all([listen(), listen()]);
    await Promise.all(free.map(({ server }) => close(server)));
    const [gitHostPort, dronePort] = free.map(({ port }) => port);
    const project = sample();
    Object.assign(project.platform, { prefix: `t${process.pid}`, registryPort, gitHostPort, dronePort });
    const platform = parseProject(project).find(({ name: stack }) => stack === 'platform');
    assert.ok(platform !== undefined);
    return platform;
  }

  it('is told with the container that publishes it', async () => {
    const image = foundImages()['node'] ?? '';
    const idle = ['--entrypoint', 'sleep', image, '60'];
    await docker(['run', '--detach', '--name', name, '--publish', '127.0.0.1::80', ...idle]);
    const port = Number((await docker(['port', name, '80/tcp'])).stdout.trim().split(':').at(-1));
    const platform = await platformOn(port);
    await assert.rejects(refuseTakenPorts([platform], [platform]), (error: Error) => {
      assert.equal(error.message, `port ${port} (sluice:registryPort) is taken by container ${name} (image ${image})`);
      return tells('portOfContainer')(error);
    });
  });

  it('is told with the program that listens there', async () => {
    const { server, port } = await listen();
    try {
      const platform = await platformOn(port);
      await assert.rejects(refuseTakenPorts([platform], [platform]), (error: Error) => {
        const who = `process ${path.basename(process.execPath)} (pid ${process.pid})`;
        assert.equal(error.message, `port ${port} (sluice:registryPort) is taken by ${who}`);
        return tells('portOfProcess')(error);
      });
    } finally {
      await close(server);
    }
  });

  it('is seen by the engine itself, for whom this process can’t look, and no container is left of that', async () => {
    const { server, port } = await listen();
    const of = `sluice-test-${process.pid}`;
    try {
      assert.equal(await isTakenOnEngine({}, '127.0.0.1', port, of), true);
    } finally {
      await close(server);
    }
    assert.equal(await isTakenOnEngine({}, '127.0.0.1', port, of), false);
    assert.equal((await docker(['ps', '--all', '--quiet', '--filter', `name=${of}-port-`])).stdout, '');
  });

  it('is refused to nobody when it is free', async () => {
    const { server, port } = await listen();
    await close(server);
    const platform = await platformOn(port);
    await refuseTakenPorts([platform], [platform]);
  });
});

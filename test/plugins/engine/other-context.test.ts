import * as assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import * as docker from '@pulumi/docker';
import type { Stack } from '@pulumi/pulumi/automation';
import { docker as client } from '../../../clients/docker/docker';
import { engineProvider } from '../../../components/engine-provider';
import { prefix, setUp, tearDown } from './machine';
import { pluginSets, WholeProgram } from './whole-program';

/** What a stack has through a provider of its own, and what through that which Pulumi makes by itself. */
const program = (): Promise<Record<string, unknown>> => {
  const provider = engineProvider('engine', {
    registryAuth: [{ address: 'localhost:1', username: 'anna', password: 'x' }],
  });
  new docker.Network('network', { name: `${prefix}-ways` }, { provider });
  new docker.Volume('volume', { name: `${prefix}-ways` });
  return Promise.resolve({});
};

/** Another way to this machine's engine. @param at a path, or a port of 127.0.0.1 */
async function relay(at: string | number, engine: string): Promise<net.Server> {
  const server = net.createServer((from) => {
    const to = net.connect(engine);
    from.on('error', () => to.destroy()).pipe(to);
    to.on('error', () => from.destroy()).pipe(from);
  });
  await new Promise<void>((resolve) => {
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at, '127.0.0.1', resolve);
  });
  return server;
}

for (const set of pluginSets()) {
  describe(`plugins: another way to the same engine, on ${set.title}`, function () {
    this.timeout(300_000);
    const whole = new WholeProgram();
    const folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}-ways-`));
    const servers: net.Server[] = [];
    const kept = ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG'].map((name) => [name, process.env[name]] as const);
    let stack: Stack;
    const ways: NodeJS.ProcessEnv[] = [];

    before(async () => {
      await setUp();
      await whole.install(set);
      stack = await whole.stack(program);
      const format = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
      const engine = (process.env['DOCKER_HOST'] ?? (await client(format)).stdout.trim()).replace(/^unix:\/\//, '');
      const socket = path.join(folder, 'docker.sock');
      servers.push(await relay(socket, engine), await relay(0, engine));
      const { port } = servers[1]?.address() as net.AddressInfo;
      const config = path.join(folder, 'config');
      await client(['context', 'create', 'other', '--docker', `host=unix://${socket}`], {
        env: { DOCKER_CONFIG: config },
      });
      ways.push(
        { DOCKER_HOST: `unix://${socket}` },
        { DOCKER_HOST: `tcp://127.0.0.1:${port}` },
        { DOCKER_CONFIG: config, DOCKER_CONTEXT: 'other' },
      );
    });
    afterEach(() => use(Object.fromEntries(kept)));
    after(async () => {
      await stack.destroy();
      for (const server of servers) server.close();
      rmSync(folder, { recursive: true, force: true });
      await tearDown();
      whole.end();
    });

    function use(way: NodeJS.ProcessEnv): void {
      for (const [name] of kept) {
        Reflect.deleteProperty(process.env, name);
        if (way[name] !== undefined) process.env[name] = way[name];
      }
    }

    it('changes nothing after an update from here, nor here after one from there', async () => {
      await stack.up();
      for (const way of ways) {
        use(way);
        await stack.up({ expectNoChanges: true, refresh: true });
        use(Object.fromEntries(kept));
        await stack.up({ expectNoChanges: true, refresh: true });
      }
    });

    it('is taken: what is removed here is made anew by way of there', async () => {
      for (const way of ways) {
        await client(['network', 'rm', `${prefix}-ways`]);
        use(way);
        const { summary } = await stack.up({ refresh: true });
        assert.deepEqual(summary.resourceChanges?.create, 1);
        use(Object.fromEntries(kept));
        assert.equal((await client(['network', 'inspect', `${prefix}-ways`], { allowFailure: true })).code, 0);
      }
    });
  });
}

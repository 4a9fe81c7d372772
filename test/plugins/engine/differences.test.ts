import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { docker } from '../../../clients/docker/docker';
import { type Properties } from '../../../toolchain/plugins/serving/values';
import { halfMade, PluginClient } from './client';
import { failure, inputs, started, type } from './containers';
import { ours, pathOf } from './executables';
import { image, prefix } from './machine';

/** Inputs that ours refuse before anything is made; the official ones ignore them, or fail half-way. */
const refusals: [what: string, inputs: Properties, says: RegExp][] = [
  ['a property that is not served', { gpus: 'all' }, /^gpus: "gpus" is not served by this plugin/],
  ['a misspelt property', { memroy: 5 }, /^memroy: "memroy" is not served by this plugin/],
  [
    'a misspelt property of a member',
    { networksAdvanced: [{ name: 'bridge', alias: ['a'] }] },
    /^networksAdvanced\[0\]\.alias: "alias" is not served by this plugin[^]*it serves name, aliases/,
  ],
  [
    'the name of an owner of a file',
    { uploads: [{ file: '/a', content: 'a', owner: 'root' }] },
    /^uploads\[0\]\.owner: "root" does not match/,
  ],
  [
    'two contents for one file',
    { uploads: [{ file: '/a', content: 'a', contentBase64: 'YQ==' }] },
    /^uploads\[0\]: needs exactly one of content, contentBase64, source/,
  ],
  [
    'a place without a path',
    { volumes: [{ volumeName: 'a' }] },
    /^volumes\[0\]: needs exactly one of containerPath, fromContainer/,
  ],
  ['processors that are no number', { cpus: 'many' }, /^cpus: "many" does not match/],
  ['an empty part of the command', { command: ['sleep', ''] }, /^command: holds an empty string/],
];

describe(`differences on purpose, of our plugins alone`, function () {
  this.timeout(120_000);
  const client = started(ours('docker'));

  for (const [what, more, says] of refusals) {
    it(`refuses ${what}`, async () => {
      assert.match((await failure(client().check(type, { name: prefix, image, ...more }))).message, says);
    });
  }

  it('refuse a type that is not served, with those that are', async () => {
    const error = await failure(client().check('docker:index/service:Service', {}));
    assert.match(error.message, /does not serve the resource type docker:index\/service:Service; it serves/);
  });

  it('put files into a container for an owner and a group of numbers', async () => {
    const uploads = [{ file: '/data/mine', content: 'x', permissions: '0600', owner: '7', group: '8' }];
    const made = await client().create(type, inputs({ uploads }));
    const { stdout } = await docker(['exec', made.id, 'stat', '-c', '%a %u %g', '/data/mine']);
    assert.equal(stdout.trim(), '600 7 8');
    await client().delete(type, made);
  });

  it('stop waiting at once for a container that has ended, and say how its last check did', async () => {
    const healthcheck = { tests: ['CMD', 'true'], interval: '1s', timeout: '2s' };
    const ending = inputs({ command: ['sh', '-c', 'exit 3'], wait: true, waitTimeout: 600, healthcheck });
    const half = halfMade(await failure(client().create(type, ending)));
    assert.match(half?.reasons.join() ?? '', /failed to be in healthy state: it ended with exit code 3.*docker logs/);
    await docker(['rm', '-f', half?.id ?? '']);
  });

  it('say that a registry is not in registryAuth when a pull fails', async () => {
    const error = await failure(client().create(type, inputs({ image: 'localhost:1/none:1' })));
    assert.match(error.message, /\(no login for localhost:1 is in the provider's registryAuth\)/);
  });

  it('say which engine does not answer and what to do, and preview without one', async () => {
    const network = 'docker:index/network:Network';
    const lost = await PluginClient.start(ours('docker'), { host: 'unix:///nowhere/docker.sock' });
    try {
      await assert.rejects(
        lost.create(network, { name: `${prefix}-never` }),
        /no Docker engine answers at unix:\/\/\/nowhere\/docker\.sock .*: start Docker there, or name the right engine/,
      );
      assert.equal((await lost.previewCreate(network, { name: `${prefix}-never` }))['name'], `${prefix}-never`);
    } finally {
      lost.stop();
    }
  });

  it('end when the process that started them has ended', async () => {
    const file = await pathOf(ours('random'));
    const script = `const c = require('node:child_process').spawn(${JSON.stringify(file)}, ['127.0.0.1:1'],
      { stdio: ['ignore', 'pipe', 'ignore'] });
      c.stdout.once('data', () => { process.stdout.write(String(c.pid)); setTimeout(() => process.exit(0), 100); });`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let pid = '';
    parent.stdout.on('data', (chunk: Buffer) => (pid += chunk.toString()));
    await once(parent, 'exit');
    while (isAlive(Number(pid))) await new Promise((resolve) => setTimeout(resolve, 100));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as command from '@pulumi/command';
import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation';
import * as random from '@pulumi/random';
import { docker as client } from '../../../engine/docker';
import { bundlePlugin, pluginNames } from '../../../toolchain/plugins/bundle';
import { image, look, prefix, setUp, tearDown } from './machine';

const SECRETS = ['registry-password-1', 'container-password-1', 'command-password-1'] as const;

/** All three plugins, in the ways the project uses them. */
const program = (): Promise<Record<string, unknown>> => {
  const provider = new docker.Provider('docker', {
    registryAuth: [{ address: 'localhost:1', username: 'anna', password: SECRETS[0] }],
  });
  const password = new random.RandomPassword('password', { length: 20 });
  const network = new docker.Network('network', { name: `${prefix}-up` }, { provider });
  const volume = new docker.Volume('volume', { name: `${prefix}-up` }, { provider });
  const remote = new docker.RemoteImage('image', { name: image, keepLocally: true }, { provider });
  const web = new docker.Container(
    'web',
    {
      name: `${prefix}-up`,
      image: remote.imageId,
      command: ['httpd', '-f', '-p', '8080', '-h', '/www'],
      envs: [pulumi.interpolate`PASSWORD=${password.result}`, pulumi.secret(`OTHER=${SECRETS[1]}`)],
      labels: [{ label: 'test', value: prefix }],
      ports: [{ internal: 8080, ip: '127.0.0.1' }],
      volumes: [{ volumeName: volume.name, containerPath: '/data' }],
      uploads: [{ file: '/www/index.html', content: 'hello' }],
      networksAdvanced: [{ name: network.name, aliases: ['web'] }],
      healthcheck: { tests: ['CMD', 'wget', '-qO-', 'http://127.0.0.1:8080/'], interval: '1s', timeout: '5s' },
      wait: true,
      restart: 'unless-stopped',
      memory: 32,
      memorySwap: 32,
      cpus: '1.0',
      capabilities: { drops: ['ALL'] },
      securityOpts: ['no-new-privileges:true'],
      init: true,
    },
    { provider },
  );
  const said = new command.local.Command('said', {
    create: 'cat > /dev/null; echo "said to $WHO"',
    stdin: pulumi.secret(SECRETS[2]),
    environment: { WHO: web.name },
  });
  const port = web.ports.apply((ports) => ports?.[0]?.external);
  return Promise.resolve({ said: said.stdout, port, hash: password.bcryptHash });
};

describe('plugins: a whole program', function () {
  this.timeout(300_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), `${prefix}-up-`));
  const environment = {
    PULUMI_HOME: path.join(folder, 'home'),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: 'x',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
  let stack: Stack;

  before(async () => {
    await setUp();
    for (const name of pluginNames) {
      const bundle = path.join(folder, name);
      const version = await bundlePlugin(name, bundle);
      execFileSync('pulumi', ['plugin', 'install', 'resource', name, version, '--file', bundle], {
        env: { ...process.env, ...environment },
        stdio: 'ignore',
      });
    }
    stack = await LocalWorkspace.createOrSelectStack(
      { stackName: 'it', projectName: 'it', program },
      { envVars: environment },
    );
  });
  after(async () => {
    await tearDown();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is previewed: what is asked for is known', async () => {
    const { changeSummary } = await stack.preview();
    assert.deepEqual(changeSummary, { create: 8 });
  });

  it('comes up', async () => {
    const { outputs } = await stack.up();
    assert.equal(outputs['said']?.value, `said to ${prefix}-up`);
    assert.equal(outputs['hash']?.secret, true);
    const page = await fetch(`http://127.0.0.1:${String(outputs['port']?.value)}/`);
    assert.equal(await page.text(), 'hello');
  });

  it('changes nothing the second time, with and without a refresh', async () => {
    await stack.up({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.up({ expectNoChanges: true });
  });

  it('keeps every secret out of its state', () => {
    const states = path.join(folder, '.pulumi');
    const files = readdirSync(states, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length > 0);
    for (const file of files) {
      const text = readFileSync(path.join(file.parentPath, file.name), 'utf8');
      for (const secret of SECRETS) assert.equal(text.includes(secret), false, `${file.name} holds ${secret}`);
    }
  });

  it('brings a removed container back after a refresh', async () => {
    const before = await look(`${prefix}-up`, '{{.Id}}');
    await client(['rm', '-f', `${prefix}-up`]);
    const { summary } = await stack.up({ refresh: true });
    assert.deepEqual([summary.resourceChanges?.create, summary.resourceChanges?.update], [1, undefined]);
    assert.notEqual(await look(`${prefix}-up`, '{{.Id}}'), before);
  });

  it('goes away', async () => {
    await stack.destroy();
    const left = await client(['ps', '-aq', '--filter', `label=test=${prefix}`]);
    assert.equal(left.stdout, '');
    assert.equal((await client(['image', 'inspect', image], { allowFailure: true })).code, 0);
  });
});

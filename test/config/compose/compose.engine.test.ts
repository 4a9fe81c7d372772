import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { LocalWorkspace, type PulumiFn, type Stack } from '@pulumi/pulumi/automation';
import { withComposeServices } from '../../../config/compose';
import { parseConfig } from '../../../config';
import { docker, inspectContainer } from '../../../clients/docker/docker';
import { served } from '../../../clients/edge/serving';
import { imagesVariable } from '../../../base/found-images';
import { projectRoot } from '../../../base/paths';
import { declareEnvironment } from '../../../stacks/environment';
import { foundImages } from '../../../stacks/images';
import { freePort } from './free-port';
import { installPlugins } from '../../plugins/engine/install-plugins';
import { StoreHome } from '../../targets/store-home';

const instance = `sluice-test-compose-${process.pid}`;
const example = 'docs/examples/compose';
const secret = 'not-to-be-found-9f3c';

/** The example's environment through Pulumi, with a platform that has nothing but a registry and a store. */
describe('an environment from a compose file', function () {
  this.timeout(240_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-compose-'));
  const home = new StoreHome();
  const settings = {
    PULUMI_HOME: path.join(folder, 'home'),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: 'x',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
  };
  const images: Record<string, { image: string; digest: string; revision: string }> = {};
  let ports: { web: number; registry: number };
  let stack: Stack;
  let title = 'Guestbook';

  const url = (address: string): string => `http://127.0.0.1:${ports.web}${address}`;
  const page = async (address = '/'): Promise<string> => (await fetch(url(address))).text();
  const containerOf = (name: string) => inspectContainer(`${instance}-guestbook-${name}`);

  before(async () => {
    // The program runs in this process, and its actions in children of Pulumi: both have the same store, and what the toolchain has found.
    const found = JSON.stringify(foundImages());
    home.make();
    Object.assign(process.env, { PULUMI_BACKEND_URL: settings.PULUMI_BACKEND_URL, [imagesVariable]: found });
    ports = { web: await freePort(), registry: await freePort() };
    await run('registry', ['--publish', `127.0.0.1:${ports.registry}:5000`, foundImages()['registry'] ?? '']);
    const node = foundImages()['node'] ?? '';
    for (const [name, source] of [
      ['web', 'guestbook'],
      ['store', 'store'],
    ] as const) {
      images[name] = await built(name, path.join(projectRoot, example, source), node, ports.registry);
    }
    await installPlugins(settings);
    const platform = await stackOf('platform', () => Promise.resolve(platformOutputs()));
    await platform.up();
    stack = await stackOf('guestbook', () => environment());
  });

  after(async () => {
    await docker(['rm', '--force', '--volumes', `${instance}-registry`], { allowFailure: true });
    for (const { image, digest } of Object.values(images)) {
      await docker(['rmi', `${image}@${digest}`, `${image}:test`], { allowFailure: true });
    }
    await docker(['volume', 'rm', `${instance}-guestbook-entries`], { allowFailure: true });
    home.restore();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(name: string, options: string[]): Promise<void> {
    await docker(['run', '--detach', '--name', `${instance}-${name}`, ...options]);
  }

  function platformOutputs(): Record<string, unknown> {
    const login = { username: 'anybody', password: 'x' };
    const address = `localhost:${ports.registry}`;
    return {
      instance,
      bind: '127.0.0.1',
      registry: { kind: 'embedded', address, url: `http://${address}`, stepsUrl: `http://${address}` },
      registryLogins: { pull: login, push: login, delete: login },
      images,
      toolImages: { edge: foundImages()['edge'] ?? '', tools: '' },
      ledgers: home.access,
    };
  }

  /** What index.ts does, with a compose file that asks for a secret as well. */
  function environment(): Promise<Record<string, unknown>> {
    const beside = path.join(folder, 'project');
    mkdirSync(beside, { recursive: true });
    cpSync(path.join(projectRoot, example), beside, { recursive: true });
    const raw = withComposeServices(
      'guestbook',
      {
        compose: 'docker-compose.yml',
        composeSecrets: { STORE_KEY: secret },
        bind: '',
        services: {
          web: { build: 'web', port: ports.web, env: { TITLE: title } },
          store: { build: 'store', secretEnv: { STORE_KEY: secret } },
        },
      },
      beside,
    );
    const config = parseConfig('guestbook', {
      ...{ role: 'environment', platform: 'platform', bind: '', promotesFrom: '', channel: '', gate: '[]' },
      services: JSON.stringify(raw['services']),
      drainSeconds: '1',
    });
    assert.ok(config.role === 'environment');
    return declareEnvironment('guestbook', config);
  }

  /** Actions are run from the project's folder; the automation's own has its stack files. */
  function stackOf(name: string, program: PulumiFn): Promise<Stack> {
    const workDir = path.join(folder, name);
    mkdirSync(workDir, { recursive: true });
    symlinkSync(path.join(projectRoot, 'actions'), path.join(workDir, 'actions'));
    return LocalWorkspace.createOrSelectStack(
      { stackName: name, projectName: 'sluice', program },
      { envVars: settings, workDir },
    );
  }

  it('comes up: the store first, then what waits for it, and the edge in front of it', async () => {
    await stack.up();
    assert.match(await page(), /<h1>Guestbook<\/h1><p>Who was here\?<\/p><ul><\/ul>/);
    const [store, web] = await Promise.all([containerOf('store'), currentWeb()]);
    assert.ok(store !== undefined && web !== undefined);
    // The engine asks for the first time after an interval: before that nobody is healthy.
    const seconds = (Date.parse(web.State.StartedAt) - Date.parse(store.State.StartedAt)) / 1000;
    assert.ok(seconds >= 2, `${seconds} s`);
  });

  it('keeps what is written in a volume of its own', async () => {
    assert.match(await page('/sign?name=Ann'), /<ul><li>Ann<\/li><\/ul>/);
    const { stdout } = await docker(['exec', `${instance}-guestbook-store`, 'cat', '/data/entries.txt']);
    assert.equal(stdout, 'Ann\n');
  });

  it('is reached inside by the service’s name on its container port, as compose files write it, and on 80', async () => {
    const ask = (address: string) =>
      `fetch('${address}').then((r)=>r.text()).then((t)=>process.stdout.write(t),(e)=>process.stdout.write(String(e.cause)))`;
    for (const address of ['http://web:3000/', 'http://web/']) {
      const { stdout } = await docker(['exec', `${instance}-guestbook-store`, 'node', '-e', ask(address)]);
      assert.match(stdout, /<li>Ann<\/li>/, address);
    }
  });

  it('is seen by a gate whole: what the edge serves, and what is reached directly', async () => {
    const network = `${instance}-guestbook`;
    const seen = await served({ instance, environment: 'guestbook', network, on: {} });
    const digests = Object.entries(seen).map(([name, one]) => [name, one?.digest]);
    assert.deepEqual(Object.fromEntries(digests), { web: images['web']?.digest, store: images['store']?.digest });
    await docker(['stop', `${instance}-guestbook-store`]);
    const without = await served({ instance, environment: 'guestbook', network, on: {} });
    assert.equal(without['store'], undefined);
    await docker(['start', `${instance}-guestbook-store`]);
  });

  it('changes nothing the second time', async () => {
    await stack.up({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
  });

  it('holds no secret in its state', () => {
    const states = path.join(folder, '.pulumi');
    const files = readdirSync(states, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length > 0);
    for (const file of files) {
      assert.ok(!readFileSync(path.join(file.parentPath, file.name), 'utf8').includes(secret), file.name);
    }
  });

  it('gets a changed setting as a new release, while the store goes on as it is', async () => {
    const [store, web] = await Promise.all([containerOf('store'), currentWeb()]);
    title = 'Visitors';
    await stack.up();
    assert.match(await page(), /<h1>Visitors<\/h1>.*<li>Ann<\/li>/);
    assert.equal((await containerOf('store'))?.Id, store?.Id);
    assert.notEqual((await currentWeb())?.Id, web?.Id);
  });

  it('goes away', async () => {
    await stack.destroy();
    const left = await docker(['ps', '--all', '--quiet', '--filter', `name=${instance}-guestbook`]);
    assert.equal(left.stdout, '');
  });

  async function currentWeb() {
    const { stdout } = await docker(['ps', '--format', '{{.Names}}', '--filter', `name=${instance}-guestbook-web-`]);
    const [name = ''] = stdout.trim().split('\n');
    return inspectContainer(name);
  }
});

/** Builds an image and pushes it to the test's registry. */
async function built(name: string, source: string, node: string, port: number) {
  const image = `localhost:${port}/${name}`;
  await docker(['build', '--quiet', '--build-arg', `BASE_IMAGE=${node}`, '--tag', `${image}:test`, source]);
  await docker(['push', '--quiet', `${image}:test`]);
  const { stdout } = await docker(['image', 'inspect', '--format', '{{json .RepoDigests}}', `${image}:test`]);
  const own = (JSON.parse(stdout) as string[]).find((each) => each.startsWith(`${image}@`));
  return { image, digest: own?.split('@')[1] ?? '', revision: 'content' };
}

import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { hashSync } from 'bcryptjs';
import { parseExports } from '../../bench/setting';
import { docker, inspectContainer } from '../../clients/docker/docker';
import { RegistryClient } from '../../clients/registry/client';
import { until } from './engine';
import { deliver, left, takeUp, textAt } from './example';
import { ports, prefix, setConfig } from './isolate';
import { changes, dataFile, digestIn, statusOf } from './shop';
import { theWorld, type World } from './world';

/** The registry that is there already: a container of its own, with one account. */
const elsewhere = `${prefix}-elsewhere`;
const login = { username: 'ann', password: `ann-${process.pid}-${Date.now()}` };
const host = `localhost:${ports.registry}`;

describe('the example external-registry', function () {
  this.timeout(20 * 60_000);
  let world: World;
  const registry = new RegistryClient({ endpoint: `http://${host}`, ...login });

  before(async () => {
    world = await theWorld();
    execFileSync('git', ['-C', world.clone, 'checkout', '--quiet', '--', '.']);
    execFileSync('git', ['-C', world.clone, 'clean', '--quiet', '--force', '--', 'Pulumi.*.yaml']);
    takeUp(world, 'external-registry');
    setConfig(world.clone, 'platform', {
      registryHost: host,
      registryUsername: login.username,
      registryStepsUrl: `http://${elsewhere}:5000`,
    });
  });
  after(() => docker(['rm', '--force', '--volumes', elsewhere], { allowFailure: true }));

  /** Starts the registry, of the image that the platform's own would have. */
  async function startRegistry(): Promise<void> {
    const { stdout } = await world.run('env');
    const { SLUICE_IMAGES = '{}' } = parseExports(stdout);
    const { registry: image = '' } = JSON.parse(SLUICE_IMAGES) as Record<string, string>;
    const htpasswd = path.join(world.folder, 'htpasswd');
    fs.writeFileSync(htpasswd, `${login.username}:${hashSync(login.password, 4)}\n`);
    const settings = {
      REGISTRY_AUTH: 'htpasswd',
      REGISTRY_AUTH_HTPASSWD_REALM: 'elsewhere',
      REGISTRY_AUTH_HTPASSWD_PATH: '/htpasswd',
      REGISTRY_HTTP_ADDR: ':5000',
      REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY: '/var/lib/registry',
      OTEL_TRACES_EXPORTER: 'none',
    };
    const env = Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const port = `127.0.0.1:${ports.registry}:5000`;
    await docker(['create', '--name', elsewhere, '--publish', port, ...env, image]);
    await docker(['cp', htpasswd, `${elsewhere}:/htpasswd`]);
    await docker(['start', elsewhere]);
  }

  it('takes the password by the command that the example names, and keeps it encrypted', async () => {
    execFileSync(
      'node',
      ['bin/sluice.cjs', 'pulumi', 'config', 'set', '--secret', 'sluice:registryPassword', '-s', 'platform'],
      { cwd: world.clone, env: world.env, input: login.password, stdio: ['pipe', 'ignore', 'inherit'] },
    );
    const file = fs.readFileSync(path.join(world.clone, 'Pulumi.platform.yaml'), 'utf8');
    assert.match(file, /sluice:registryPassword:\n\s+secure: v1:/);
    assert.ok(!file.includes(login.password));
    await startRegistry();
  });

  it('comes up from nothing without a registry of its own', async () => {
    const { ended } = world.start('up');
    // A container on the same engine is out of the steps' reach until it is in their network.
    const connect = ['network', 'connect', `${prefix}-steps`, elsewhere];
    const connected = until(async () => {
      const { code } = await docker(connect, { allowFailure: true });
      return code === 0 ? true : undefined;
    });
    const { code, all } = await ended;
    assert.equal(code, 0, all);
    assert.ok(await connected);
    assert.match(await textAt(8080), /<html/);
    assert.equal(await inspectContainer(`${prefix}-registry`), undefined);
    const { digest } = await registry.resolve('discounts', 'production');
    assert.equal(digestIn(await statusOf(world), 'production'), digest);
  });

  it('delivers a push by way of that registry', async () => {
    const title = 'From somewhere else';
    const { commit } = await deliver(world, 'discounts', dataFile, changes.title(title));
    assert.match(await textAt(8081, '/discounts'), new RegExp(title));
    const { digest } = await registry.resolve('discounts', commit);
    assert.equal((await registry.resolve('discounts', 'production')).digest, digest);
  });

  it('is taken down, and the registry keeps what it has', async () => {
    await docker(['network', 'disconnect', `${prefix}-steps`, elsewhere]);
    const { code, all } = await world.run('destroy', '--yes');
    assert.equal(code, 0, all);
    assert.deepEqual(await left(), [elsewhere]);
    assert.ok((await registry.find('discounts', 'production')) !== undefined);
  });
});

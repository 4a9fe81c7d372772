import * as assert from 'node:assert/strict';
import { docker, inspectContainer } from '../../clients/docker/docker';
import { limitsOf } from '../../clients/git-host/abilities';
import { labels } from '../../clients/docker/labels';
import { ownObjects, theRelease } from './engine';
import { ports, prefix } from './isolate';
import { digestIn, platformOf, statusOf, titlesIn } from './shop';
import { theWorld, type World } from './world';

const minutes = 60_000;

describe('1: one command', function () {
  this.timeout(40 * minutes);
  let world: World;
  before(async () => {
    world = await theWorld();
  });

  it('npm run up exits 0 and prints the addresses', async () => {
    const { code, stdout, all } = await world.run('up');
    assert.equal(code, 0, all);
    for (const port of [
      ports.registry,
      ports.gitHost,
      ports.drone,
      ...Object.values(ports.staging),
      ...Object.values(ports.production),
    ]) {
      assert.match(stdout, new RegExp(`http://localhost:${port}`), `no address with port ${port}`);
    }
    const { kind } = (await platformOf(world)).gitHost;
    for (const limit of limitsOf(kind)) assert.ok(stdout.includes(limit), limit);
  });

  it('the shop answers in staging and production', async () => {
    for (const environment of ['staging', 'production'] as const) {
      const page = await fetch(`http://localhost:${ports[environment].frontend}/`);
      assert.equal(page.status, 200);
      const [title = ''] = await titlesIn(environment);
      assert.ok(
        (await page.text()).includes(title.replaceAll("'", '&#39;')),
        `${environment} does not show "${title}"`,
      );
    }
  });

  it('./sluice status --json agrees with what runs', async () => {
    const status = await statusOf(world);
    assert.deepEqual(Object.keys(status.environments), ['staging', 'production']);
    for (const [environment, { services }] of Object.entries(status.environments)) {
      assert.deepEqual(Object.keys(services).sort(), ['discounts', 'frontend']);
      for (const [service, { url, digest, revision, healthy }] of Object.entries(services)) {
        const container = await theRelease(environment, service);
        assert.equal(container.Config.Labels?.[labels.digest], digest);
        assert.equal(healthy, true);
        assert.equal(container.State.Health?.Status, 'healthy');
        const image = await docker(['image', 'inspect', '--format', '{{json .Config.Labels}}', container.Image]);
        const imageLabels = JSON.parse(image.stdout) as Record<string, string> | null;
        assert.equal(revision, imageLabels?.['org.opencontainers.image.revision'] ?? '');
        assert.equal((await fetch(url)).status < 500, true, `${url} does not answer`);
      }
    }
    assert.equal(status.environments['staging']?.gate, null);
    const gate = status.environments['production']?.gate;
    assert.equal(gate?.verdict, 'passed');
    assert.equal(gate.candidate?.['discounts'], digestIn(status, 'production'));
  });

  it('no secret is in any container that does not need it, and none in the checkout', async () => {
    const password = (await platformOf(world)).registry.password ?? '';
    assert.ok(password.length >= 16);
    for (const name of ['production-edge-discounts', 'drone', 'git']) {
      assert.ok(!JSON.stringify(await inspectContainer(`${prefix}-${name}`)).includes(password), name);
    }
    assert.equal(await world.dirt(), '');
  });

  it('a second run builds no image, makes no container and changes nothing', async () => {
    const before = await ownObjects();
    assert.ok(before.containers.length > 0 && before.images.length > 0);
    const since = new Date().toISOString();
    const { code, all } = await world.run('up');
    assert.equal(code, 0, all);
    for (const stack of ['platform', 'staging', 'production'])
      assert.match(all, new RegExp(`${stack}: nothing changed`));
    const { stdout } = await docker([
      ...['events', '--since', since, '--until', new Date().toISOString(), '--format', '{{.Type}} {{.Action}}'],
      ...['--filter', 'type=container', '--filter', 'event=create', '--filter', `label=${labels.instance}=${prefix}`],
    ]);
    assert.equal(stdout, '');
    assert.deepEqual(await ownObjects(), before);
  });
});

import assert from 'node:assert/strict';
import * as pulumi from '@pulumi/pulumi';
import fc from 'fast-check';
import type { EnvironmentSurroundings } from '../../stacks/environment';
import { declareEnvironment } from '../../stacks/environment';
import { isEnvironment, type EnvironmentFile, type StackFile } from '../../config/stack';
import { container, record, remoteImage, valueOf, type Registered } from '../components/mocks';
import { rightProject } from './arbitrary-project';
import { parseProject } from './project';
import { access } from '../targets/store-home';

const login = { username: 'a', password: 'b' };
const digest = `sha256:${'d'.repeat(64)}`;

const outside: EnvironmentSurroundings = {
  files: () => [],
  project: () => Promise.reject(new Error('there is none')),
  repair: () => false,
  mark: () => Promise.resolve('c0ffee01'),
  records: () => Promise.resolve([]),
  failures: () => Promise.reject(new Error('there is no machine')),
  append: () => Promise.reject(new Error('there is nothing to record')),
  serving: () => Promise.resolve({}),
  registry: () => ({
    find: () => Promise.resolve({ digest, mediaType: '', size: 1 }),
    labels: () => Promise.resolve({ 'org.opencontainers.image.revision': 'c0ffee' }),
  }),
};

/** What an environment that follows a channel declares, on a platform that has built everything. */
async function declared({ name, config }: EnvironmentFile, platform: StackFile): Promise<Registered[]> {
  assert.ok(platform.config.role === 'platform');
  const built = Object.keys(platform.config.builds).map((build) => [
    build,
    { image: `localhost:5500/${build}`, digest, revision: '' },
  ]);
  const recorder = await record({
    stack: name,
    stdout: { cutover: { candidate: {}, containers: {} } },
    references: {
      'organization/sluice/platform': {
        instance: 'sluice',
        bind: '127.0.0.1',
        registry: { address: 'localhost:5500', url: 'http://localhost:5500', internalUrl: 'http://r:5000' },
        registryLogins: { pull: login, push: login, delete: login },
        images: Object.fromEntries(built) as Record<string, unknown>,
        toolImages: { edge: 'edge:1', tools: 'tools:1' },
        ledgers: access,
      },
    },
  });
  const { services } = await declareEnvironment(name, config, outside);
  await valueOf(services as pulumi.Output<unknown>);
  await pulumi.runtime.disconnect();
  return recorder.resources;
}

/** Where each service's image comes from, as its config says. */
function imageOf(service: string, { build, image, repository }: EnvironmentFile['config']['services'][string]): string {
  return image ?? `localhost:5500/${build ?? repository ?? service}@${digest}`;
}

function assertDeclared({ name, config }: EnvironmentFile, resources: readonly Registered[]): void {
  const services = Object.entries(config.services);
  const of = (type: string) => resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs);
  assert.deepEqual(
    of(remoteImage)
      .map((inputs) => inputs['name'])
      .sort(),
    services.map(([service, settings]) => imageOf(service, settings)).sort(),
  );
  const containers = of(container);
  const edges = containers.filter((inputs) => inputs['image'] === 'edge:1');
  assert.deepEqual(
    edges.map((edge) => `${String(edge['name'])} ${JSON.stringify(edge['ports'])}`).sort(),
    services
      .map(([service, { port }]) => {
        const ports = [{ external: port, internal: 80, ip: '127.0.0.1' }];
        return `sluice-${name}-edge-${service} ${JSON.stringify(ports)}`;
      })
      .sort(),
  );
  assert.equal(new Set(containers.map((inputs) => inputs['name'])).size, 2 * services.length);
  assert.equal(containers.length, 2 * services.length);
  for (const [service, settings] of services) {
    // A release's name ends with a hash of all its settings, which names.test.ts holds to account.
    const ending = new RegExp(`^sluice-${name}-${service}${settings.strategy === 'recreate' ? '' : '-[0-9a-f]{12}'}$`);
    const image = imageOf(service, settings);
    const release = containers.find(
      (inputs) => inputs['image'] === image && !edges.includes(inputs) && ending.test(String(inputs['name'])),
    );
    assert.ok(release !== undefined, `${service} is not run`);
    assert.equal(release['memory'], settings.memory);
    assert.equal(release['readOnly'] ?? false, settings.readOnly);
    assert.equal(release['ports'], undefined);
    assert.deepEqual(
      release['envs'],
      Object.entries(settings.env).map(([key, value]) => `${key}=${value}`),
    );
  }
}

describe('what is declared of an environment', function () {
  this.timeout(300_000);

  it('is what its file says, whatever it says: an image and a container per service, and an edge with its port', async () => {
    const follows = rightProject.filter((project) =>
      Object.values(project).some((values) => values['role'] === undefined && values['promotesFrom'] === undefined),
    );
    await fc.assert(
      fc.asyncProperty(follows, async (project) => {
        const stacks = parseProject(project);
        const [platform] = stacks;
        const environment = stacks.filter(isEnvironment).find(({ config }) => config.promotesFrom === '');
        assert.ok(platform !== undefined && environment !== undefined);
        assertDeclared(environment, await declared(environment, platform));
      }),
      { numRuns: 10 },
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseConfig } from '../../config';
import { UserError } from '../../base/errors';
import { defaults, fails } from './of-values';

describe('parseConfig', () => {
  it('gives a platform its values', () => {
    const config = parseConfig('platform', {
      ...defaults,
      role: 'platform',
      repositories: '{"discounts":{"source":"storedog/discounts"}}',
    });
    assert.deepEqual(config, {
      role: 'platform',
      prefix: 'sluice',
      bind: '127.0.0.1',
      cleartext: 'refused',
      registry: 'embedded',
      registryPort: 5500,
      registryHost: '',
      registryNamespace: '',
      registryCa: '',
      registryUsername: '',
      registryPassword: '',
      registryStepsUrl: '',
      ci: 'drone',
      ciRunner: 'ubuntu-latest',
      ciUrl: '',
      ciVariables: [],
      gitHost: 'auto',
      gitHostPort: 3000,
      dronePort: 3080,
      droneCapacity: 2,
      engineSocket: '/var/run/docker.sock',
      store: '',
      storeHostKey: '',
      sshPassword: '',
      sshPrivateKey: '',
      imageMirror: '',
      images: {},
      repositories: { discounts: { source: 'storedog/discounts', branch: 'main', tag: 'latest' } },
      builds: {},
    });
  });

  it('gives a service its defaults', () => {
    const config = parseConfig('staging', {
      ...defaults,
      services: '{"discounts":{"repository":"discounts","port":8181}}',
    });
    assert.ok(config.role === 'environment');
    assert.deepEqual(config.services, {
      discounts: {
        repository: 'discounts',
        port: 8181,
        containerPort: 8080,
        env: {},
        memory: 256,
        healthySeconds: 60,
        stopGraceSeconds: 20,
        readOnly: true,
        volumes: {},
        strategy: 'start-first',
      },
    });
  });

  it('refuses a misspelt key and names the nearest right one', () => {
    fails(
      { promoteFrom: 'staging' },
      'Pulumi.staging.yaml: sluice:promoteFrom is no config key, did you mean sluice:promotesFrom?',
    );
  });

  it('takes what a release of a repository is made of, and refuses what no builder could make', () => {
    const app = { stage: 'package', path: '/out/app.zip' };
    const repositories = (more: object) => ({
      role: 'platform',
      repositories: JSON.stringify({ a: { source: 'a', ...more } }),
    });
    const config = parseConfig('platform', {
      ...defaults,
      ...repositories({ platforms: ['linux/amd64', 'linux/arm/v7'], artifacts: { app } }),
    });
    assert.ok(config.role === 'platform');
    assert.deepEqual(config.repositories['a'], {
      source: 'a',
      branch: 'main',
      tag: 'latest',
      platforms: ['linux/amd64', 'linux/arm/v7'],
      artifacts: { app: { ...app, mediaType: 'application/octet-stream' } },
    });
    fails(repositories({ platform: [] }), /has an unknown key "platform"; did you mean "platforms"\?/);
    fails(
      repositories({ platforms: ['arm64'] }),
      /platforms\.0 must be an operating system and a processor, like linux/,
    );
    fails(repositories({ platforms: ['linux/arm64', 'linux/arm64'] }), /platforms must name each platform once/);
    for (const path of ['out/app.zip', '/out/*.zip', '/out/', '/a b', '/../a', '/a/./b', '/$HOME']) {
      fails(
        repositories({ artifacts: { app: { ...app, path } } }),
        /artifacts\.app\.path must be the absolute path of a file/,
      );
    }
    fails(
      repositories({ artifacts: { app: { ...app, stage: 'a b' } } }),
      /artifacts\.app\.stage must be the name of a stage/,
    );
    fails(repositories({ artifacts: { app: { ...app, mediaType: 'zip' } } }), /mediaType must be a media type/);
    fails(repositories({ artifacts: { App: app } }), /artifacts/);
  });

  it('refuses an unknown key inside a service', () => {
    fails(
      { services: '{"a":{"repository":"a","port":1,"prot":2}}' },
      'Pulumi.staging.yaml: sluice:services.a has an unknown key "prot"; did you mean "port"?',
    );
  });

  it('keeps evidence as long as it says, and fifty runs for ninety days unless it says so', () => {
    const keptBy = (values: Record<string, string>) => {
      const config = parseConfig('staging', { ...defaults, ...values });
      return config.role === 'environment' ? config.retainEvidence : undefined;
    };
    assert.deepEqual(keptBy({}), { runs: 50, days: 90 });
    assert.deepEqual(keptBy({ retainEvidence: '{"days":7}' }), { runs: 50, days: 7 });
    fails({ retainEvidence: '{"runs":0}' }, /sluice:retainEvidence\.runs must be/);
    fails({ retainEvidence: '{"day":7}' }, /sluice:retainEvidence has an unknown key "day"; did you mean "days"\?/);
  });

  it('refuses an unknown key of the watch', () => {
    fails(
      { watch: '{"second":15}' },
      'Pulumi.staging.yaml: sluice:watch has an unknown key "second"; did you mean "seconds"?',
    );
  });

  it('refuses a wrong type, with the path of the value', () => {
    fails(
      { services: '{"a":{"repository":"a","port":"x"}}' },
      'Pulumi.staging.yaml: sluice:services.a.port must be a number, but is "x"',
    );
    fails({ services: 'nonsense' }, /sluice:services must be a mapping of names to values, but is "nonsense"/);
    fails({ role: 'platform', registryPort: 'x' }, /sluice:registryPort must be a number, but is "x"/);
  });

  it('refuses a service with no image, or with two', () => {
    fails({ services: '{"a":{"port":1}}' }, /sluice:services\.a needs exactly one of repository, build and image/);
    fails({ services: '{"a":{"port":1,"build":"a","repository":"a"}}' }, /needs exactly one/);
  });

  it('refuses an image that is not named by digest', () => {
    fails(
      { services: '{"a":{"port":1,"image":"nginx:latest"}}' },
      /sluice:services\.a\.image must name the image by digest/,
    );
  });

  it('refuses a volume that two releases would share', () => {
    fails({ services: '{"db":{"port":1,"repository":"db","volumes":{"/data":"db"}}}' }, /say "strategy: recreate"/);
  });

  it('refuses two services on one port', () => {
    fails(
      { services: '{"a":{"repository":"a","port":1},"b":{"repository":"b","port":1}}' },
      'Pulumi.staging.yaml: sluice:services: a and b both have port 1',
    );
  });

  it('refuses a service with the name of the edge', () => {
    fails(
      { services: '{"edge":{"repository":"a","port":1}}' },
      /sluice:services\.edge has the name of the environment's own/,
    );
  });

  it('takes a namespace of an external registry only, asks for one where there is nothing without, and knows Docker Hub by one name', () => {
    const external = { role: 'platform', registry: 'external' };
    const read = (values: Record<string, string>) => parseConfig('platform', { ...defaults, ...external, ...values });
    const hub = read({ registryHost: 'registry-1.docker.io', registryNamespace: 'ann' });
    assert.ok(hub.role === 'platform');
    assert.deepEqual([hub.registryHost, hub.registryNamespace], ['docker.io', 'ann']);
    assert.doesNotThrow(() => read({ registryHost: 'a.example.com', registryNamespace: 'docker-local/team_1' }));
    fails(
      { ...external, registryHost: 'ghcr.io' },
      'Pulumi.staging.yaml: sluice:registryHost is ghcr.io, where every image belongs to a user or an organization, but sluice:registryNamespace does not say which',
    );
    fails({ role: 'platform', registryNamespace: 'shop' }, /sluice:registryNamespace belongs to an external registry/);
    for (const registryNamespace of ['Shop', '/shop', 'shop/', 'a//b', '-a', 'a b'])
      fails(
        { ...external, registryHost: 'a.example.com', registryNamespace },
        /sluice:registryNamespace must be lower-case/,
      );
  });

  it('answers any values with a config or one clear error', () => {
    const value = fc.oneof(
      fc.string(),
      fc.jsonValue().map((json) => JSON.stringify(json)),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(defaults)), value), (values) => {
        try {
          parseConfig('staging', { ...defaults, ...values });
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      }),
    );
  });
});

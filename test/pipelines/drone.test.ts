import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { dronePipelines, readableDronePipelines, refusingPipeline } from '../../pipelines/drone';
import { sample, toolsImage } from './sample';

interface Pipeline {
  name: string;
  trigger: unknown;
  steps: { name: string; commands: string[]; environment: Record<string, unknown>; volumes?: { name: string }[] }[];
  volumes?: { name: string; host: { path: string } }[];
}

function read(text: string): Pipeline[] {
  // Drone reads YAML 1.1.
  return parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as Pipeline);
}

const testStep = `
  - name: test
    image: ${toolsImage}
    pull: never
    working_dir: /sluice/program
    commands:
      - sluice step test
    environment:
      HOME: /tmp
      NODE_OPTIONS: ""
      LD_PRELOAD: ""
      DOCKER_HOST: tcp://sluice-gateway:2375
      SLUICE_INSTANCE: sluice
      SLUICE_SERVICE: discounts
      SLUICE_BUILD_ARGUMENTS: '{"BASE_IMAGE":"sluice/node:22"}'`;

const deployStep = (environment: string) => `
  - name: deploy ${environment}
    image: ${toolsImage}
    pull: never
    working_dir: /sluice/program
    commands:
      - sh /sluice/program/pipelines/as-owner /sluice/home sluice deploy ${environment}
    environment:
      HOME: /tmp
      NODE_OPTIONS: ""
      LD_PRELOAD: ""
      SLUICE_HOME: /sluice/home
      SLUICE_REGISTRY_ENDPOINT: http://sluice-gateway:5000
      NODE_COMPILE_CACHE: /sluice/home/compile-cache
    volumes:
      - name: engine
        path: /var/run/docker.sock
      - name: home
        path: /sluice/home`;

const whole = `kind: pipeline
type: docker
name: deliver
platform:
  os: linux
  arch: arm64
trigger:
  event:
    - push
  branch:
    include:
      - main
concurrency:
  limit: 1
steps:${testStep}
  - name: build
    image: ${toolsImage}
    pull: never
    working_dir: /sluice/program
    commands:
      - sluice step build
    environment:
      HOME: /tmp
      NODE_OPTIONS: ""
      LD_PRELOAD: ""
      DOCKER_HOST: tcp://sluice-gateway:2375
      SLUICE_INSTANCE: sluice
      SLUICE_SERVICE: discounts
      SLUICE_BUILD_ARGUMENTS: '{"BASE_IMAGE":"sluice/node:22"}'
      SLUICE_REGISTRY: localhost:5500
      SLUICE_REPOSITORY_URL: http://localhost:3000/sluice/discounts
  - name: push
    image: ${toolsImage}
    pull: never
    working_dir: /sluice/program
    commands:
      - sluice step push
    environment:
      HOME: /tmp
      NODE_OPTIONS: ""
      LD_PRELOAD: ""
      DOCKER_HOST: tcp://sluice-gateway:2375
      SLUICE_REGISTRY: localhost:5500
      SLUICE_SERVICE: discounts
      SLUICE_REGISTRY_ENDPOINT: http://sluice-gateway:5000
      SLUICE_CHANNELS: staging
      SLUICE_ENVIRONMENTS: staging,production
      REGISTRY_USERNAME:
        from_secret: registry_username
      REGISTRY_PASSWORD:
        from_secret: registry_password${deployStep('staging')}${deployStep('production')}
volumes:
  - name: engine
    host:
      path: /run/engine.sock
  - name: home
    host:
      path: /home/ann/.local/state/sluice
---
kind: pipeline
type: docker
name: test
platform:
  os: linux
  arch: arm64
trigger:
  event:
    - push
  branch:
    exclude:
      - main
steps:${testStep}
---
kind: pipeline
type: docker
name: test-pull-request
platform:
  os: linux
  arch: arm64
trigger:
  event:
    - pull_request
steps:${testStep}
`;

describe('dronePipelines', () => {
  it('is exactly this', () => {
    assert.equal(dronePipelines(sample()), whole);
  });

  it('ends after the push where no environment follows', () => {
    const [deliver] = read(dronePipelines(sample({ environments: [] })));
    assert.deepEqual(
      deliver?.steps.map((step) => step.name),
      ['test', 'build', 'push'],
    );
    assert.equal(deliver.volumes, undefined);
  });

  it('tells build and push, and nobody else, what a release is made of', () => {
    const artifacts = { app: { stage: 'package', path: '/out/app.zip', mediaType: 'application/zip' } };
    const [deliver] = read(dronePipelines(sample({ platforms: ['linux/amd64', 'linux/arm64'], artifacts })));
    for (const { name, environment } of deliver?.steps ?? []) {
      const isTold = name === 'build' || name === 'push';
      assert.equal(environment['SLUICE_PLATFORMS'], isTold ? 'linux/amd64,linux/arm64' : undefined, name);
      assert.equal(environment['SLUICE_ARTIFACTS'], isTold ? JSON.stringify(artifacts) : undefined, name);
    }
  });

  it('moves all channels and deploys environments in their order', () => {
    const [deliver] = read(
      dronePipelines(sample({ channels: ['dev', 'edge'], environments: ['dev', 'pilot', 'live'] })),
    );
    assert.equal(deliver?.steps[2]?.environment['SLUICE_CHANNELS'], 'dev,edge');
    assert.deepEqual(
      deliver.steps.slice(3).map((step) => step.name),
      ['deploy dev', 'deploy pilot', 'deploy live'],
    );
  });

  it('gives the login to the push step, engine and home folder to deploy steps only, whatever the description', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    fc.assert(
      fc.property(name, fc.uniqueArray(name, { maxLength: 4 }), fc.string(), (service, environments, argument) => {
        const description = sample({ service, environments, buildArguments: { BASE_IMAGE: argument } });
        for (const pipeline of read(dronePipelines(description))) {
          for (const step of pipeline.steps) {
            const deploys = step.name.startsWith('deploy ');
            assert.equal('REGISTRY_PASSWORD' in step.environment, step.name === 'push');
            assert.deepEqual(
              step.volumes?.map((volume) => volume.name),
              deploys ? ['engine', 'home'] : undefined,
            );
            assert.equal('DOCKER_HOST' in step.environment, !deploys);
          }
          const test = pipeline.steps[0];
          assert.deepEqual(JSON.parse(String(test?.environment['SLUICE_BUILD_ARGUMENTS'])), { BASE_IMAGE: argument });
        }
      }),
    );
  });

  it('quotes words that YAML 1.1 would read as something else', () => {
    const [deliver, test] = read(dronePipelines(sample({ defaultBranch: 'on', environments: ['no', '012'] })));
    assert.deepEqual(deliver?.trigger, { event: ['push'], branch: { include: ['on'] } });
    assert.deepEqual(test?.trigger, { event: ['push'], branch: { exclude: ['on'] } });
    assert.equal(deliver.steps.at(-1)?.name, 'deploy 012');
  });
});

describe('readableDronePipelines', () => {
  it('says that it is for reading, and holds no fact of the machine', () => {
    const text = readableDronePipelines(sample());
    assert.match(text, /^# For reading only\./);
    for (const fact of ['/home/ann', '/run/engine.sock', toolsImage, 'sluice/node:22']) assert.ok(!text.includes(fact));
    assert.deepEqual(
      read(text).map((pipeline) => pipeline.steps.map((step) => step.name)),
      [['test', 'build', 'push', 'deploy staging', 'deploy production'], ['test'], ['test']],
    );
  });
});

describe('what people are told in the seeded file', () => {
  it('holds the limits of the git host', () => {
    const text = readableDronePipelines(sample(), ['no build results']);
    assert.equal(text.split('\n')[3], '# Note: no build results.');
    assert.equal(read(text).length, 3);
  });
});

describe('refusingPipeline', () => {
  it('prints the reason and fails, without code, mounts or secrets', () => {
    const text = refusingPipeline(toolsImage, { os: 'linux', arch: 'amd64' }, 'not: "this" one');
    assert.deepEqual(
      parseAllDocuments(text).map((document) => document.toJS() as unknown),
      [
        {
          kind: 'pipeline',
          type: 'docker',
          name: 'refused',
          platform: { os: 'linux', arch: 'amd64' },
          clone: { disable: true },
          steps: [
            {
              name: 'refused',
              image: toolsImage,
              pull: 'never',
              environment: { HOME: '/tmp', NODE_OPTIONS: '', LD_PRELOAD: '', REASON: 'not: "this" one' },
              commands: ['echo "$REASON"', 'exit 1'],
            },
          ],
        },
      ],
    );
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAllDocuments, stringify } from 'yaml';
import { quietShell } from '../../pipelines/clean-start';
import { dronePipelines, promotionPipelines, readableDronePipelines, refusingPipeline } from '../../pipelines/drone';
import { readPipelines as read } from './read-pipelines';
import { sample, toolsImage, valueIn } from './sample';

/** How every step's container is started: what a shell reads before its first line is the step's own. */
const quiet = Object.entries(quietShell).map(([name, value]) => `      ${name}: ${value === '' ? '""' : value}`);

const ofBuild = [
  ...['REPO', 'BUILD_NUMBER', 'BUILD_EVENT', 'COMMIT_SHA', 'COMMIT_REF', 'COMMIT_BRANCH', 'WORKSPACE'],
].map((name) => `DRONE_${name}`);

/** As YAML writes a word. */
const word = (text: string): string => stringify(text, { version: '1.1', lineWidth: 0 }).trimEnd();

const step = (
  name: string,
  words: string[],
  values: Record<string, string>,
  secrets: Record<string, string> = {},
  more: string[] = [],
): string =>
  [
    '',
    `  - name: ${name}`,
    `    image: ${toolsImage}`,
    '    pull: never',
    '    working_dir: /sluice/program',
    '    entrypoint:',
    ...['/bin/busybox', 'sh', '/sluice/program/pipelines/named'].map((each) => `      - ${each}`),
    '    command:',
    ...[
      ...[...ofBuild, ...Object.keys(secrets)],
      ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
      ...['--', ...words],
    ].map((each) => `      - ${word(each)}`),
    '    environment:',
    ...quiet,
    ...Object.entries(secrets).flatMap(([key, secret]) => [`      ${key}:`, `        from_secret: ${secret}`]),
    ...more,
  ].join('\n');

const build = {
  DOCKER_HOST: 'tcp://sluice-gateway:2375',
  SLUICE_INSTANCE: 'sluice',
  SLUICE_SERVICE: 'discounts',
  SLUICE_BUILD_ARGUMENTS: '{"BASE_IMAGE":"sluice/node:22"}',
};
const command = '/usr/local/bin/sluice';
const steps = {
  clone: step('clone', [command, 'step', 'clone'], {
    SLUICE_CLONE_URL: 'http://sluice-gateway:3000/sluice/discounts.git',
  }),
  test: step('test', [command, 'step', 'test'], build),
  build: step('build', [command, 'step', 'build'], {
    ...build,
    SLUICE_REGISTRY: 'localhost:5500',
    SLUICE_REPOSITORY_URL: 'http://localhost:3000/sluice/discounts',
  }),
  push: step(
    'push',
    [command, 'step', 'push'],
    {
      DOCKER_HOST: 'tcp://sluice-gateway:2375',
      SLUICE_REGISTRY: 'localhost:5500',
      SLUICE_SERVICE: 'discounts',
      SLUICE_REGISTRY_ENDPOINT: 'http://sluice-gateway:5000',
      SLUICE_CHANNELS: 'staging',
      SLUICE_ENVIRONMENTS: 'staging,production',
    },
    { REGISTRY_USERNAME: 'registry_username', REGISTRY_PASSWORD: 'registry_password' },
  ),
  deploy: (environment: string): string =>
    step(
      `deploy ${environment}`,
      [
        ...['/bin/sh', '/sluice/program/pipelines/as-owner', '/sluice/home', command],
        ...['deploy', environment, '--platform', 'platform'],
      ],
      {
        SLUICE_HOME: '/sluice/home',
        SLUICE_REGISTRY_ENDPOINT: 'http://sluice-gateway:5000',
        NODE_COMPILE_CACHE: '/sluice/home/compile-cache',
      },
      {},
      [
        '    volumes:',
        '      - name: engine',
        '        path: /var/run/docker.sock',
        '      - name: home',
        '        path: /sluice/home',
      ],
    ),
};

const begin = (name: string, ...trigger: string[]): string =>
  [
    'kind: pipeline',
    'type: docker',
    `name: ${name}`,
    'platform:',
    '  os: linux',
    '  arch: arm64',
    'clone:',
    '  disable: true',
    'trigger:',
    ...trigger.map((line) => `  ${line}`),
  ].join('\n');

const push = ['event:', '  - push', 'branch:'];

const whole = `${begin('build', ...push, '  include:', '    - main')}
concurrency:
  limit: 1
steps:${steps.clone}${steps.test}${steps.build}
---
${begin('deliver', ...push, '  include:', '    - main')}
concurrency:
  limit: 1
depends_on:
  - build
steps:${steps.push}${steps.deploy('staging')}${steps.deploy('production')}
volumes:
  - name: engine
    host:
      path: /run/engine.sock
  - name: home
    host:
      path: /home/ann/.local/state/sluice
---
${begin('test', ...push, '  exclude:', '    - main')}
steps:${steps.clone}${steps.test}
---
${begin('test-pull-request', 'event:', '  - pull_request')}
steps:${steps.clone}${steps.test}
`;

describe('dronePipelines', () => {
  it('is exactly this', () => {
    assert.equal(dronePipelines(sample()), whole);
  });

  it('ends after the push where no environment follows', () => {
    const [, deliver] = read(dronePipelines(sample({ environments: [] })));
    assert.deepEqual(
      deliver?.steps.map(({ name }) => name),
      ['push'],
    );
    assert.equal(deliver.volumes, undefined);
  });

  it('tells build and push, and nobody else, what a release is made of', () => {
    const artifacts = { app: { stage: 'package', path: '/out/app.zip', mediaType: 'application/zip' } };
    const all = read(dronePipelines(sample({ platforms: ['linux/amd64', 'linux/arm64'], artifacts })));
    for (const each of all.flatMap((pipeline) => pipeline.steps)) {
      const { name } = each;
      const isTold = name === 'build' || name === 'push';
      assert.equal(valueIn(each, 'SLUICE_PLATFORMS'), isTold ? 'linux/amd64,linux/arm64' : undefined, name);
      assert.equal(valueIn(each, 'SLUICE_ARTIFACTS'), isTold ? JSON.stringify(artifacts) : undefined, name);
    }
  });

  it('moves all channels and deploys environments in their order', () => {
    const [, deliver] = read(
      dronePipelines(sample({ channels: ['dev', 'edge'], environments: ['dev', 'pilot', 'live'] })),
    );
    assert.ok(deliver?.steps[0] !== undefined);
    assert.equal(valueIn(deliver.steps[0], 'SLUICE_CHANNELS'), 'dev,edge');
    assert.deepEqual(
      deliver.steps.slice(1).map(({ name }) => name),
      ['deploy dev', 'deploy pilot', 'deploy live'],
    );
  });

  it('gives the login to the push step, engine and home folder to deploy steps only, whatever the description', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    fc.assert(
      fc.property(name, fc.uniqueArray(name, { maxLength: 4 }), fc.string(), (service, environments, argument) => {
        const description = sample({ service, environments, buildArguments: { BASE_IMAGE: argument } });
        for (const { steps: all } of read(dronePipelines(description))) {
          for (const each of all) {
            const deploys = each.name.startsWith('deploy ');
            assert.equal('REGISTRY_PASSWORD' in each.environment, each.name === 'push');
            assert.deepEqual(
              each.volumes?.map((volume) => volume.name),
              deploys ? ['engine', 'home'] : undefined,
            );
            assert.equal(valueIn(each, 'DOCKER_HOST') !== undefined, ['test', 'build', 'push'].includes(each.name));
          }
          const test = all.find((each) => each.name === 'test');
          if (test === undefined) continue;
          assert.deepEqual(JSON.parse(String(valueIn(test, 'SLUICE_BUILD_ARGUMENTS'))), { BASE_IMAGE: argument });
        }
      }),
    );
  });

  it('quotes words that YAML 1.1 would read as something else', () => {
    const [first, deliver, test] = read(dronePipelines(sample({ defaultBranch: 'on', environments: ['no', '012'] })));
    assert.deepEqual(first?.trigger, { event: ['push'], branch: { include: ['on'] } });
    assert.deepEqual(test?.trigger, { event: ['push'], branch: { exclude: ['on'] } });
    assert.equal(deliver?.steps.at(-1)?.name, 'deploy 012');
  });

  it('starts every step by its own shell with its own variables, and a program with those that it names', () => {
    for (const text of [dronePipelines(sample()), promotionPipelines(sample({ approvals: ['production'] }))]) {
      for (const each of read(text).flatMap((pipeline) => pipeline.steps)) {
        assert.equal(each.commands, undefined);
        assert.deepEqual(each.entrypoint, ['/bin/busybox', 'sh', '/sluice/program/pipelines/named']);
        for (const [name, value] of Object.entries(quietShell)) assert.equal(each.environment[name], value, name);
        const names = each.command.slice(0, each.command.indexOf('--')).filter((text) => !text.includes('='));
        const secrets = Object.keys(each.environment).filter((name) => !(name in quietShell));
        assert.deepEqual(names, [...ofBuild, ...secrets]);
      }
    }
  });
});

describe('readableDronePipelines', () => {
  it('says that it is for reading, and holds no fact of the machine', () => {
    const text = readableDronePipelines(sample());
    assert.match(text, /^# For reading only\./);
    for (const fact of ['/home/ann', '/run/engine.sock', toolsImage, 'sluice/node:22']) assert.ok(!text.includes(fact));
    assert.deepEqual(
      read(text).map((pipeline) => pipeline.steps.map(({ name }) => name)),
      [
        ['clone', 'test', 'build'],
        ['push', 'deploy staging', 'deploy production'],
        ['clone', 'test'],
        ['clone', 'test'],
      ],
    );
  });
});

describe('what people are told in the seeded file', () => {
  it('holds the limits of the git host', () => {
    const text = readableDronePipelines(sample(), ['no build results']);
    assert.equal(text.split('\n')[3], '# Note: no build results.');
    assert.equal(read(text).length, 4);
  });
});

describe('refusingPipeline', () => {
  it('prints the reason and fails, without code, mounts or secrets', () => {
    const text = refusingPipeline(toolsImage, { os: 'linux', arch: 'amd64' }, 'not: "this" one');
    const [refused] = parseAllDocuments(text).map((document) => document.toJS() as Record<string, unknown>);
    assert.deepEqual(refused, {
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
          working_dir: '/sluice/program',
          entrypoint: ['/bin/busybox', 'sh', '/sluice/program/pipelines/named'],
          command: [...ofBuild, 'REASON=not: "this" one', '--', '/bin/sh', '-c', 'echo "$REASON"; exit 1'],
          environment: quietShell,
        },
      ],
    });
  });
});

import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../base/errors';
import { lacksStage } from '../../../clients/docker/build-words';
import { buildCommand, dockerBuild, findBuilder, labelStages } from '../../../pipelines/steps/builder';
import { dockerfile, fakeDocker, workspace } from './recording';

describe('labelStages', () => {
  const label = 'LABEL sluice.instance=sluice';

  it('labels each stage right after its FROM', () => {
    assert.equal(
      labelStages(dockerfile, 'sluice'),
      `FROM node AS test\n${label}\nRUN npm test\nFROM node\n${label}\nCMD ["node", "server.js"]\n`,
    );
  });

  const untouched = [
    '# FROM a comment\nARG BASE_IMAGE=node\n',
    'RUN select \\\n  FROM table\n',
    'RUN select \\\n\n# FROM here \\\nFROM table\n',
    'RUN echo FROM\nCOPY --from=test /a /a\nFROMAGE\n',
  ];
  for (const text of untouched) {
    it(`leaves ${JSON.stringify(text)} alone`, () => assert.equal(labelStages(text, 'sluice'), text));
  }

  it('finds a FROM of several lines and in small letters', () => {
    assert.equal(
      labelStages('from --platform=linux/arm64 \\\n# why\n  node AS test\r\nRUN a', 'sluice'),
      `from --platform=linux/arm64 \\\n# why\n  node AS test\r\n${label}\nRUN a`,
    );
  });

  it('adds one line for each stage and changes no other', () => {
    const stage = fc.constantFrom('RUN a \\\n  FROM b', 'COPY . .', '# FROM x', '', 'USER 1000').map((line) => [line]);
    fc.assert(
      fc.property(fc.array(fc.array(stage, { maxLength: 4 }), { maxLength: 5 }), (stages) => {
        const text = stages.map((lines, index) => [`FROM node AS s${index}`, ...lines].join('\n')).join('\n');
        const result = labelStages(text, 'sluice').split('\n');
        assert.equal(result.filter((line) => line === label).length, stages.length);
        assert.equal(result.filter((line) => line !== label).join('\n'), text);
      }),
    );
  });
});

describe('buildCommand', () => {
  const request = {
    folder: '/drone/src',
    instance: 'sluice',
    target: 'test',
    buildArguments: { BASE_IMAGE: 'sluice/node:22' },
  };

  it('is exactly this for the builder in the engine', () => {
    assert.deepEqual(buildCommand(request, 'legacy'), [
      ...['build', '--force-rm', '--target', 'test'],
      ...['--build-arg', 'BASE_IMAGE=sluice/node:22', '--file', '-', '/drone/src'],
    ]);
  });

  it('is exactly this for BuildKit', () => {
    const named = { ...request, target: undefined, tag: 'localhost:5500/discounts:1', labels: { a: 'b c' } };
    assert.deepEqual(buildCommand(named, 'buildkit'), [
      ...['build', '--progress', 'plain', '--load', '--tag', 'localhost:5500/discounts:1'],
      ...['--label', 'sluice.instance=sluice', '--label', 'a=b c'],
      ...['--build-arg', 'BASE_IMAGE=sluice/node:22', '--file', '/drone/src/Dockerfile', '/drone/src'],
    ]);
  });
});

describe('dockerBuild', () => {
  const request = { instance: 'sluice', buildArguments: {} };

  it('takes BuildKit where the client has it', async () => {
    const docker = fakeDocker(() => ({}));
    const place = workspace();
    await dockerBuild({ ...request, folder: place.workspace }, place.say, docker.call);
    place.remove();
    assert.equal(await findBuilder(docker.call), 'buildkit');
    assert.deepEqual(docker.calls[1]?.env, { DOCKER_BUILDKIT: '1' });
    assert.equal(docker.calls[1].input, undefined);
  });

  it("else the engine's builder, with labelled stages, and without its advertisements", async () => {
    const lines = [
      'DEPRECATED: The legacy builder is deprecated and will be removed in a future release.',
      '            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0',
      '            environment-variable.',
      'Step 1/2 : FROM node',
    ];
    const docker = fakeDocker((args) => (args[0] === 'buildx' ? { code: 1 } : { lines }));
    const place = workspace();
    await dockerBuild({ ...request, folder: place.workspace }, place.say, docker.call);
    place.remove();
    assert.deepEqual(docker.calls[1]?.env, { DOCKER_BUILDKIT: '0' });
    assert.equal(docker.calls[1].input, labelStages(dockerfile, 'sluice'));
    assert.deepEqual(place.log, ['Step 1/2 : FROM node']);
  });

  it('refuses a repository without Dockerfile, and one whose Dockerfile lies outside', async () => {
    const docker = fakeDocker(() => ({}));
    const place = workspace({});
    const build = () => dockerBuild({ ...request, folder: place.workspace }, place.say, docker.call);
    await assert.rejects(
      build(),
      new UserError('the repository has no Dockerfile at its top', 'add one with a stage "test", commit and push'),
    );
    symlinkSync(__filename, path.join(place.workspace, 'Dockerfile'));
    await assert.rejects(
      build(),
      new UserError('the Dockerfile is a link to a file outside the repository', 'commit the file itself'),
    );
    rmSync(path.join(place.workspace, 'Dockerfile'));
    place.write('Containerfile', dockerfile);
    symlinkSync('Containerfile', path.join(place.workspace, 'Dockerfile'));
    assert.equal((await build()).code, 0);
    place.remove();
  });
});

describe('lacksStage', () => {
  const result = (stderr: string) => ({ stdout: '', stderr, code: 1 });

  it('knows the words of both builders', () => {
    assert.ok(
      lacksStage(result('Error response from daemon: failed to reach build target test in Dockerfile'), 'test'),
    );
    assert.ok(lacksStage(result('ERROR: failed to solve: target stage "test" could not be found'), 'test'));
    assert.ok(!lacksStage(result('ERROR: npm test: exit code 1'), 'test'));
    assert.ok(!lacksStage(result('failed to reach build target tester in Dockerfile'), 'test'));
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { UserError } from '../../base/errors';
import { parseDescriptions } from '../../pipelines/description';
import { sample } from './sample';

const parse = (value: unknown) => parseDescriptions(JSON.stringify(value));

/** The sample with one value changed, named by its path. */
function changed(path: string, value: unknown): unknown[] {
  const entry = JSON.parse(JSON.stringify(sample())) as Record<string, unknown>;
  const parts = path.split('/');
  const last = parts.pop() as string;
  const holder = parts.reduce((object, part) => object[part] as Record<string, unknown>, entry);
  holder[last] = value;
  return [entry];
}

describe('parseDescriptions', () => {
  it('reads what was written', () => {
    const other = { repository: 'sluice/frontend', environments: [], buildArguments: {}, state: '/mnt/state' };
    const bucket = { stateVariables: { PULUMI_BACKEND_URL: 's3://b' }, stateSecrets: ['AWS_ACCESS_KEY_ID'] };
    const list = [sample(), sample(other), sample({ repository: 'sluice/cart', ...bucket })];
    assert.deepEqual(parse(list), list);
    assert.deepEqual(parse([]), []);
  });

  const wrong: [path: string, value: unknown, message: string][] = [
    ['repository', 'discounts', 'pipelines/0/repository: should be "owner/name", not "discounts"'],
    ['instance', undefined, 'pipelines/0/instance: should be letters, digits, "_", "." and "-", not undefined'],
    [
      'source',
      'localhost/x',
      'pipelines/0/source: should be an address that begins with http:// or https://, not "localhost/x"',
    ],
    [
      'defaultBranch',
      '${DRONE_BRANCH}',
      'pipelines/0/defaultBranch: should be a branch of letters, digits, ".", "_", "-", "+" and "/", not "${DRONE_BRANCH}"',
    ],
    [
      'service',
      'Discounts',
      'pipelines/0/service: should be lower-case letters, digits, ".", "_", "-" and "/", not "Discounts"',
    ],
    ['registry', 'localhost:5500', 'pipelines/0/registry: should be an object'],
    ['registry/address', '', 'pipelines/0/registry/address: should be one line of text without "$", not ""'],
    [
      'registry/endpoint',
      'sluice-registry:5000',
      'pipelines/0/registry/endpoint: should be an address that begins with http:// or https://, not "sluice-registry:5000"',
    ],
    ['state', 'state', 'pipelines/0/state: should be an absolute path without ":" and "$", not "state"'],
    [
      'stateVariables',
      { 'A-B': 'x' },
      'pipelines/0/stateVariables: should be a name of letters, digits and "_", not "A-B"',
    ],
    [
      'stateVariables',
      { AWS_REGION: '$HOME' },
      'pipelines/0/stateVariables/AWS_REGION: should be one line of text without "$", not "$HOME"',
    ],
    ['stateSecrets', ['A=B'], 'pipelines/0/stateSecrets/0: should be a name of letters, digits and "_", not "A=B"'],
    ['channels', 'staging', 'pipelines/0/channels: should be a list'],
    ['channels', [], 'pipelines/0/channels: should name a tag'],
    ['channels/0', 'a b', 'pipelines/0/channels/0: should be a registry tag, not "a b"'],
    [
      'environments/1',
      'production; id',
      'pipelines/0/environments/1: should be letters, digits, "_", "." and "-", not "production; id"',
    ],
    [
      'toolsImage',
      'sluice/tools:1',
      'pipelines/0/toolsImage: should be the id of an image, sha256:…, not "sluice/tools:1"',
    ],
    ['builder', 'unix:///x', 'pipelines/0/builder: should be "tcp://host:port", not "unix:///x"'],
    ['home', 'state', 'pipelines/0/home: should be an absolute path without ":" and "$", not "state"'],
    ['home', undefined, 'pipelines/0: should say by "home", "state" or "stateVariables" where the state is'],
    ['engineSocket', '/a:/b', 'pipelines/0/engineSocket: should be an absolute path without ":" and "$", not "/a:/b"'],
    ['platform', null, 'pipelines/0/platform: should be an object'],
    ['platform/os', 'windows', 'pipelines/0/platform/os: should be "linux", not "windows"'],
    ['platform/arch', 'mips', 'pipelines/0/platform/arch: should be "amd64", "arm64" or "arm", not "mips"'],
    ['buildArguments', [], 'pipelines/0/buildArguments: should be an object'],
    [
      'buildArguments',
      { 'A-B': 'x' },
      'pipelines/0/buildArguments: should be a name of letters, digits and "_", not "A-B"',
    ],
    [
      'buildArguments/BASE_IMAGE',
      5,
      'pipelines/0/buildArguments/BASE_IMAGE: should be one line of text without "$", not 5',
    ],
  ];
  for (const [path, value, message] of wrong) {
    it(`refuses ${path} = ${JSON.stringify(value)}`, () => {
      assert.throws(() => parse(changed(path, value)), new UserError(message));
    });
  }

  it('reads platforms and artifacts, and refuses what could be read as something else', () => {
    const app = { stage: 'package', path: '/out/app.zip', mediaType: 'application/zip' };
    const list = [sample({ platforms: ['linux/arm64', 'linux/arm/v7'], artifacts: { app } })];
    assert.deepEqual(parse(list), list);
    const refused = (changes: object, message: string) =>
      assert.throws(() => parse([{ ...sample(), ...changes }]), new UserError(`pipelines/0/${message}`));
    refused({ platforms: ['arm64'] }, 'platforms/0: should be a platform like "linux/arm64", not "arm64"');
    refused(
      { artifacts: { app: { ...app, stage: 'x y' } } },
      'artifacts/app/stage: should be the name of a stage, in small letters, not "x y"',
    );
    refused(
      { artifacts: { app: { ...app, path: '/$HOME' } } },
      'artifacts/app/path: should be the absolute path of a file, not "/$HOME"',
    );
    refused(
      { artifacts: { app: { ...app, mediaType: 'zip' } } },
      'artifacts/app/mediaType: should be a media type, not "zip"',
    );
  });

  it('refuses what is not a list of objects', () => {
    assert.throws(() => parseDescriptions('{'), new UserError('the list of pipelines is not JSON'));
    assert.throws(() => parse({}), new UserError('the list of pipelines must be a JSON array'));
    assert.throws(() => parse([7]), new UserError('pipelines/0: should be an object'));
  });

  it('refuses two pipelines for one repository, as the CI server compares their names', () => {
    const twice = [sample(), sample({ repository: 'Sluice/Discounts' })];
    assert.throws(() => parse(twice), new UserError('pipelines: Sluice/Discounts is described twice'));
  });

  it('answers any JSON with a list or a UserError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.json().map((json) => `[${json}]`),
        ),
        (json) => {
          try {
            assert.ok(Array.isArray(parseDescriptions(json)));
          } catch (error) {
            assert.ok(error instanceof UserError, String(error));
          }
        },
      ),
    );
  });
});

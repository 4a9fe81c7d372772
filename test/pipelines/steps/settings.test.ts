import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../../../base/errors';
import { checkedOutCommit } from '../../../pipelines/steps/commit';
import {
  buildSettings,
  imageRepository,
  imageTag,
  ownTag,
  pushSettings,
  stepTools,
} from '../../../pipelines/steps/settings';
import { tells } from '../../errors/told';
import { commitTime, environment, subject, workspace } from './recording';

describe('settings of the steps', () => {
  it('are read from what the pipeline sets', () => {
    assert.deepEqual(buildSettings(environment), {
      instance: 'sluice',
      service: 'discounts',
      buildArguments: { BASE_IMAGE: 'sluice/node:22' },
    });
    assert.equal(imageRepository(environment), 'localhost:5500/discounts');
    assert.deepEqual(pushSettings({ ...environment, REGISTRY_USERNAME: 'a', REGISTRY_PASSWORD: 'b' }), {
      service: 'discounts',
      registry: 'localhost:5500',
      endpoint: 'http://sluice-registry:5000',
      channels: ['staging'],
      environments: ['staging', 'production'],
      login: { username: 'a', password: 'b' },
    });
    assert.equal(pushSettings({ ...environment, REGISTRY_USERNAME: '', REGISTRY_PASSWORD: '' }).login, undefined);
    assert.deepEqual(buildSettings({ ...environment, SLUICE_BUILD_ARGUMENTS: undefined }).buildArguments, {});
  });

  it('name what is missing or wrong', () => {
    assert.throws(
      () => buildSettings({ ...environment, SLUICE_INSTANCE: '' }),
      new UserError(
        "SLUICE_INSTANCE is not set; it comes from the pipeline's definition",
        'run the step in a pipeline, or set the variable',
      ),
    );
    for (const json of ['{', '[1]', '"x"', 'null', '{"a":1}']) {
      assert.throws(
        () => buildSettings({ ...environment, SLUICE_BUILD_ARGUMENTS: json }),
        new UserError('SLUICE_BUILD_ARGUMENTS should be a JSON object of strings'),
      );
    }
  });

  const gitLab = { CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '7' };
  it('say which secret a repository lacks', () => {
    const next = 'npm run up, which sets the secrets of every repository';
    assert.throws(
      () => pushSettings({ ...environment, REGISTRY_USERNAME: 'a' }),
      new UserError(
        'REGISTRY_USERNAME is set but REGISTRY_PASSWORD is not: this repository lacks the secret "registry_password" in the CI server',
        next,
      ),
    );
    assert.throws(
      () => pushSettings({ ...environment, REGISTRY_PASSWORD: 'b' }),
      new UserError(
        'REGISTRY_PASSWORD is set but REGISTRY_USERNAME is not: this repository lacks the secret "registry_username" in the CI server',
        next,
      ),
    );
    assert.throws(
      () => pushSettings({ ...environment, ...gitLab, REGISTRY_USERNAME: 'a' }),
      new UserError(
        "REGISTRY_USERNAME is set but REGISTRY_PASSWORD is not: a variable of the registry's login is not set, or not for this branch",
        "set what this job's script gives to REGISTRY_PASSWORD in GitLab's CI/CD variables (docs/gitlab.md), then run the job again",
      ),
    );
  });

  it('reach the registry as everybody does where they are not told otherwise', () => {
    const rest = { ...environment, SLUICE_REGISTRY_ENDPOINT: '' };
    assert.equal(
      pushSettings({ ...rest, SLUICE_REGISTRY: 'harbor.example.com/shop' }).endpoint,
      'https://harbor.example.com',
    );
  });

  it('take a tag of the run that a registry takes and no environment follows', () => {
    const reserved = { SLUICE_RESERVED_TAGS: 'dev,stage' };
    const commit = { id: 'c0ffee' };
    assert.equal(imageTag({}), undefined);
    assert.equal(ownTag({ SLUICE_TAG: '' }, commit), 'c0ffee');
    assert.equal(ownTag({ ...reserved, SLUICE_TAG: '1.4.2' }, commit), 'c0ffee-1.4.2');
    for (const tag of ['a b', '-1', 'a:b', '$TAG', 'x'.repeat(81)]) {
      assert.throws(() => imageTag({ ...reserved, SLUICE_TAG: tag }), tells('noTag'), tag);
    }
    assert.throws(() => imageTag({ ...reserved, SLUICE_TAG: 'stage' }), tells('reservedTag'));
  });

  it("know the folder of the pushed code from the CI server, else it is the step's own", () => {
    const drone = { DRONE_REPO: 'shop/discounts', DRONE_BUILD_NUMBER: '1', DRONE_WORKSPACE: '/drone/src' };
    const gitLab = { CI_PROJECT_PATH: 'shop/discounts', CI_PIPELINE_ID: '1', CI_PROJECT_DIR: '/builds/shop/discounts' };
    assert.equal(stepTools(drone).workspace, '/drone/src');
    assert.equal(stepTools(gitLab).workspace, '/builds/shop/discounts');
    assert.equal(
      stepTools({ GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: '/__w/discounts/discounts' }).workspace,
      '/__w/discounts/discounts',
    );
    assert.equal(stepTools({}).workspace, process.cwd());
  });
});

describe('checkedOutCommit', () => {
  it('reads id, commit time and the first line of the message', async () => {
    const place = workspace();
    assert.deepEqual(await checkedOutCommit(place.workspace), { id: place.commit, time: commitTime, subject });
    place.remove();
  });

  it('says where it found none', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-test-'));
    await assert.rejects(checkedOutCommit(folder), (error: UserError) =>
      error.message.startsWith(`there is no commit in ${folder}: fatal: not a git repository`),
    );
    rmSync(folder, { recursive: true });
  });
});

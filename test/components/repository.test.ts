import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { Drone } from '../../components/ci/drone';
import { gitHosts } from '../../components/git-hosts';
import { Repository, type RepositoryArgs } from '../../components/repository';
import { command, record, valueOf } from './mocks';
import { gitHostArgs, isSecret, plain, printed, stdinOf } from './platform-args';

const git = { kind: 'gitea', container: 'sluice-git', url: 'http://localhost:3000' };
const machine = { username: 'sluice-bot', password: 'value of git-machine-password' };
const people = { username: 'maintainer', password: 'value of git-admin-password' };
const repository = { owner: 'shop', name: 'discounts', description: '', private: true, defaultBranch: 'main' };
const database = '2026-01-01T00:00:00Z';

async function declare(over: Partial<RepositoryArgs> = {}) {
  const recorder = await record({ stack: 'platform', stdout: printed });
  const gitHost = new gitHosts.gitea('git', gitHostArgs);
  const ciServer = new Drone('drone', {
    instance: 'sluice',
    network: 'sluice-platform',
    bind: '127.0.0.1',
    port: 3080,
    images: { server: 'drone:1', runner: 'runner:1', edge: 'haproxy:1' },
    gitHost,
    stepsNetwork: 'sluice-steps',
    platform: { os: 'linux', arch: 'arm64' },
  });
  const made = new Repository('discounts', { gitHost, ciServer, owner: 'shop', ...over });
  await valueOf(made.webUrl);
  assert.equal(await valueOf(made.ready), made.slug);
  return { recorder, made };
}

describe('Repository', () => {
  it('is created for both accounts, private unless told otherwise', async () => {
    const { recorder, made } = await declare();
    const create = recorder.inputs(command, 'discounts-create');
    assert.equal(create['create'], 'node actions/run.cjs create-repository');
    assert.equal(isSecret(create['stdin']), true);
    assert.deepEqual(stdinOf(create), {
      git,
      owners: [
        { ...people, admin: true },
        { ...machine, admin: false },
      ],
      repository,
    });
    assert.deepEqual(create['triggers'], [database, repository]);
    assert.equal(made.slug, 'shop/discounts');
    assert.equal(await valueOf(made.cloneUrl), 'http://localhost:3000/shop/discounts.git');
    assert.equal(await valueOf(made.webUrl), 'http://localhost:3000/shop/discounts');
    assert.equal(await pulumi.isSecret(made.cloneUrl), false);
  });

  it('takes a name, a description, a branch and openness', async () => {
    const { recorder, made } = await declare({
      name: 'vouchers',
      description: 'Vouchers',
      private: false,
      defaultBranch: 'trunk',
    });
    const { repository: asked } = stdinOf(recorder.inputs(command, 'discounts-create'));
    assert.deepEqual(asked, {
      owner: 'shop',
      name: 'vouchers',
      description: 'Vouchers',
      private: false,
      defaultBranch: 'trunk',
    });
    assert.equal(made.slug, 'shop/vouchers');
  });

  it('is activated with hook, settings and secrets, and shown to the people', async () => {
    const { recorder } = await declare({ secrets: { registry_password: 'p' }, timeoutMinutes: 20, trusted: false });
    const activate = recorder.inputs(command, 'discounts-activate');
    assert.equal(activate['create'], 'node actions/run.cjs activate-repository');
    assert.equal(isSecret(activate['stdin']), true);
    assert.deepEqual(stdinOf(activate), {
      git,
      drone: { url: 'http://localhost:3080', hookUrl: 'http://sluice-drone-front:8088', token: 'token-1' },
      machine,
      people: [people],
      repository: { owner: 'shop', name: 'discounts' },
      settings: { trusted: false, timeout: 20, ignore_forks: true, ignore_pull_requests: false },
      secrets: [{ name: 'registry_password', data: 'p' }],
    });
  });

  it('is activated anew when secrets or Drone change, by a fingerprint that tells neither', async () => {
    const { recorder } = await declare({ secrets: { registry_password: 'p' } });
    const triggers = plain(recorder.inputs(command, 'discounts-activate')['triggers']) as unknown[];
    const list = JSON.stringify([{ name: 'registry_password', data: 'p' }]);
    assert.deepEqual(triggers, [
      database,
      repository,
      'http://sluice-drone-front:8088',
      { trusted: true, timeout: 60, ignore_forks: true, ignore_pull_requests: false },
      createHmac('sha256', 'token-1').update(list).digest('hex'),
    ]);
  });

  it('is seeded with a folder of the project, named without anything of this machine', async () => {
    const { recorder } = await declare({
      seed: { folder: 'storedog/discounts', files: { '.drone.yml': 'kind: x\n' } },
    });
    const seed = recorder.inputs(command, 'discounts-seed');
    assert.equal(seed['create'], 'node actions/run.cjs seed-repository');
    assert.equal(isSecret(seed['stdin']), true);
    assert.deepEqual(stdinOf(seed), {
      git,
      login: machine,
      repository,
      folder: 'storedog/discounts',
      files: { '.drone.yml': 'kind: x\n' },
      message: 'Start discounts',
    });
    assert.deepEqual(seed['triggers'], [database, repository, 'storedog/discounts']);
  });

  it('is left empty without a seed', async () => {
    const { recorder } = await declare();
    assert.equal(
      recorder.resources.some(({ name }) => name === 'discounts-seed'),
      false,
    );
  });
});

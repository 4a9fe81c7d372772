import assert from 'node:assert/strict';
import activateRepository from '../../actions/activate-repository';
import type { ActionInput } from '../../actions/contract';
import { fakeServers, lines, restoreFetch, type FakeRoutes } from '../clients/fake-server';

const input: ActionInput<'activate-repository'> = {
  git: { kind: 'gitea', container: 'sluice-git', url: 'http://g' },
  drone: { url: 'http://d', token: 't', hookUrl: 'http://sluice-drone' },
  machine: { username: 'sluice', password: 'p' },
  people: [],
  repository: { owner: 'shop', name: 'discounts' },
  settings: { trusted: true, timeout: 60, ignore_forks: true, ignore_pull_requests: false },
  secrets: [{ name: 's', data: 'v' }],
};
const hook = { active: true, config: { url: 'http://sluice-drone/hook?secret=x' } };

/** Servers with a repository in some state; it changes as the action acts. */
function servers(state: { known: boolean; active: boolean; hooked: boolean }, more: FakeRoutes = {}) {
  return fakeServers({
    'GET d/api/repos/shop/discounts': () =>
      state.known ? { json: { slug: 'shop/discounts', active: state.active } } : { status: 404 },
    'POST d/api/user/repos?async=false': () => {
      state.known = true;
      return { json: [] };
    },
    'POST d/api/repos/shop/discounts': () => {
      state.active = true;
      state.hooked = true;
      return { json: {} };
    },
    'POST d/api/repos/shop/discounts/repair': () => {
      state.hooked = true;
      return { json: {} };
    },
    'GET g/api/v1/repos/shop/discounts/hooks': () => ({ json: state.hooked ? [hook] : [] }),
    'PATCH d/api/repos/shop/discounts': { json: {} },
    'PATCH d/api/repos/shop/discounts/secrets/s': { json: {} },
    'GET d/api/repos/shop/discounts/secrets': { json: [{ name: 's' }] },
    ...more,
  });
}

const activating = 'POST d/api/repos/shop/discounts';
const repairing = 'POST d/api/repos/shop/discounts/repair';

describe('activate-repository', () => {
  afterEach(restoreFetch);

  it('lets Drone find a new repository, then activates it with settings and secrets', async () => {
    const seen = servers({ known: false, active: false, hooked: false });
    assert.deepEqual(await activateRepository(input), { slug: 'shop/discounts' });
    assert.deepEqual(lines(seen), [
      'GET d/api/repos/shop/discounts',
      'POST d/api/user/repos?async=false',
      'GET d/api/repos/shop/discounts',
      activating,
      'GET g/api/v1/repos/shop/discounts/hooks',
      'GET g/api/v1/repos/shop/discounts/hooks',
      'PATCH d/api/repos/shop/discounts',
      'PATCH d/api/repos/shop/discounts/secrets/s',
      'GET d/api/repos/shop/discounts/secrets',
    ]);
    assert.deepEqual(seen.find(({ method }) => method === 'PATCH')?.body, input.settings);
  });

  it('leaves an active repository with its hook active', async () => {
    const seen = lines(servers({ known: true, active: true, hooked: true }));
    await activateRepository(input);
    assert.ok(!seen.includes(activating) && !seen.includes(repairing));
  });

  it('removes logins at a former state or store, and no other secret', async () => {
    const secrets = [{ name: 'state_pulumi_access_token', data: 'pul-1' }];
    const former = ['state_aws_access_key_id', 'state_aws_secret_access_key', 'state_aws_session_token'];
    const names = ['s', 'state_of_the_art', ...former, 'state_pulumi_access_token', 'state_pulumi_config_passphrase'];
    const seen = servers(
      { known: true, active: true, hooked: true },
      {
        'GET d/api/repos/shop/discounts/secrets': { json: names.map((name) => ({ name })) },
        'PATCH d/api/repos/shop/discounts/secrets/state_pulumi_access_token': { json: {} },
        // One that somebody else has removed meanwhile is a 404, as the others here.
        'DELETE d/api/repos/shop/discounts/secrets/state_aws_access_key_id': { status: 204 },
      },
    );
    await activateRepository({ ...input, secrets });
    assert.deepEqual(
      lines(seen).filter((line) => line.startsWith('DELETE')),
      [...former, 'state_pulumi_config_passphrase'].map((name) => `DELETE d/api/repos/shop/discounts/secrets/${name}`),
    );
  });

  it('puts a hook back that somebody removed', async () => {
    const seen = servers({ known: true, active: true, hooked: false });
    await activateRepository(input);
    assert.ok(lines(seen).includes(repairing));
  });

  it('takes a hook to somewhere else, or one that is off, for none', async () => {
    const others = [
      { active: true, config: { url: 'http://sluice-drone.example/hook' } },
      { active: false, config: { url: 'http://sluice-drone/hook' } },
    ];
    const seen = servers(
      { known: true, active: true, hooked: false },
      { 'GET g/api/v1/repos/shop/discounts/hooks': { json: others } },
    );
    await assert.rejects(activateRepository(input), {
      message: 'shop/discounts at http://g has no hook to http://sluice-drone',
    });
    assert.ok(lines(seen).includes(repairing));
  });

  it('fails when Drone does not find the repository', async () => {
    fakeServers({ 'POST d/api/user/repos?async=false': { json: [] } });
    await assert.rejects(activateRepository(input), {
      message: 'http://d does not find shop/discounts at the git host',
    });
  });

  it('shows the repository to people, and goes on when their password is another by now', async () => {
    const people = [{ username: 'maintainer', password: 'old' }];
    const signIn = '<form action="/user/login"><input name="user_name"></form>';
    const seen = servers(
      { known: true, active: true, hooked: true },
      { 'GET g/user/login': { text: signIn }, 'POST g/user/login': { text: signIn } },
    );
    assert.deepEqual(await activateRepository({ ...input, people }), { slug: 'shop/discounts' });
    assert.ok(lines(seen).includes('POST g/user/login'));
  });
});

import assert from 'node:assert/strict';
import { gitHostClient } from '../../../clients/git-host';
import { basic } from '../../../clients/http';
import { UserError } from '../../../base/errors';
import { fakeDocker, type FakeDocker } from '../../actions/fake-docker';
import { fakeServers, lines, restoreFetch } from '../fake-server';

const client = gitHostClient({ kind: 'gitea', container: 'sluice-git', url: 'http://g' });
const admin = { username: 'maintainer', password: 'a', admin: true };
const machine = { username: 'sluice', password: 'm', admin: false };
const made = '70c3'.repeat(10);
const wanted = { owner: 'shop', name: 'discounts', description: 'd', private: true, defaultBranch: 'main' };
const remote = {
  empty: true,
  clone_url: 'http://p/shop/discounts.git',
  html_url: 'http://p/shop/discounts',
  private: true,
};

describe('git host client', () => {
  it('is refused for a kind that is none', () => {
    assert.throws(
      () => gitHostClient({ kind: 'cvs', container: '', url: '' }),
      (error: UserError) => {
        assert.equal(error.message, 'git host "cvs" is none of gitea, gogs');
        return true;
      },
    );
  });
});

describe('Gitea client', () => {
  let docker: FakeDocker;
  beforeEach(() => {
    docker = fakeDocker([
      { part: 'generate-access-token', stdout: `some notice\n${made}\nanother that came late\n` },
      { part: 'user create', code: 1, stderr: 'Command error: CreateUser: user already exists [name: maintainer]' },
    ]);
  });
  afterEach(() => {
    docker.restore();
    restoreFetch();
  });

  it('leaves accounts alone that are as they should be', async () => {
    const seen = fakeServers({
      'GET g/api/v1/user': ({ headers }) => ({
        json: { is_admin: headers['authorization'] === basic(admin), created: 'then' },
      }),
    });
    assert.equal(await client.ensureAccounts([admin, machine]), 'then');
    assert.deepEqual([...new Set(lines(seen))], ['GET g/api/v1/user']);
    assert.deepEqual(docker.calls(), []);
  });

  it('sets accounts by a token that is gone afterwards, with passwords in request bodies only', async () => {
    let set = false;
    const seen = fakeServers({
      'GET g/api/v1/user': () => (set ? { json: { is_admin: true, created: 'now' } } : { status: 401 }),
      'POST g/api/v1/admin/users': ({ body }) =>
        (body as { username: string }).username === 'maintainer' ? { status: 422 } : { status: 201, json: {} },
      'PATCH g/api/v1/admin/users/maintainer': { json: {} },
      'PATCH g/api/v1/admin/users/sluice': () => {
        set = true;
        return { json: {} };
      },
      'GET g/api/v1/users/maintainer/tokens?limit=50': {
        json: [
          { id: 7, name: 'sluice-install-0a' },
          { id: 8, name: 'mine' },
        ],
      },
      'DELETE g/api/v1/users/maintainer/tokens/7': { status: 204 },
    });
    assert.equal(await client.ensureAccounts([admin, machine]), 'now');
    assert.deepEqual(lines(seen).slice(2), [
      'POST g/api/v1/admin/users',
      'PATCH g/api/v1/admin/users/maintainer',
      'POST g/api/v1/admin/users',
      'PATCH g/api/v1/admin/users/sluice',
      'GET g/api/v1/users/maintainer/tokens?limit=50',
      'DELETE g/api/v1/users/maintainer/tokens/7',
      'GET g/api/v1/user',
    ]);
    assert.equal(seen[2]?.headers['authorization'], `token ${made}`);
    assert.deepEqual(seen[5]?.body, {
      source_id: 0,
      login_name: 'sluice',
      password: 'm',
      must_change_password: false,
      admin: false,
      active: true,
    });
    const [create, token] = docker.calls().map(({ args }) => args);
    assert.deepEqual(create, [
      ...['exec', 'sluice-git', 'gitea', 'admin', 'user', 'create', '--username', 'maintainer'],
      ...[
        '--email',
        'maintainer@localhost.localdomain',
        '--admin',
        '--random-password',
        '--must-change-password=false',
      ],
    ]);
    assert.match(token?.join(' ') ?? '', /--token-name sluice-install-[0-9a-f]{12} --scopes write:admin --raw$/);
  });

  it('does not go on when the administrator can’t be made for another reason', async () => {
    docker.restore();
    docker = fakeDocker([{ part: 'user create', code: 1, stderr: 'database is locked' }]);
    fakeServers({ 'GET g/api/v1/user': { status: 401 } });
    await assert.rejects(client.ensureAccounts([admin]), /database is locked/);
  });

  it('does not go on without a token', async () => {
    docker.restore();
    docker = fakeDocker([{ part: 'generate-access-token', stdout: 'some notice\n' }]);
    fakeServers({ 'GET g/api/v1/user': { status: 401 } });
    await assert.rejects(client.ensureAccounts([admin]), /sluice-git has made no token for maintainer/);
  });

  it('makes an organization that all of them own', async () => {
    const seen = fakeServers({
      'POST g/api/v1/orgs': { status: 201, json: {} },
      'GET g/api/v1/orgs/shop/teams': {
        json: [
          { id: 2, name: 'Readers' },
          { id: 3, name: 'Owners' },
        ],
      },
      'PUT g/api/v1/teams/3/members/sluice': { status: 204 },
    });
    await client.ensureOrganization('shop', [admin, machine]);
    assert.deepEqual(lines(seen), [
      'GET g/api/v1/orgs/shop',
      'POST g/api/v1/orgs',
      'GET g/api/v1/orgs/shop/teams',
      'PUT g/api/v1/teams/3/members/sluice',
    ]);
    assert.deepEqual(seen[1]?.body, { username: 'shop', visibility: 'private', repo_admin_change_team_access: true });
  });

  it('makes a repository once', async () => {
    let made = false;
    const seen = fakeServers({
      'GET g/api/v1/repos/shop/discounts': () => (made ? { json: remote } : { status: 404 }),
      'POST g/api/v1/orgs/shop/repos': () => {
        made = true;
        return { status: 201, json: remote };
      },
    });
    const expected = {
      empty: true,
      cloneUrl: 'http://p/shop/discounts.git',
      webUrl: 'http://p/shop/discounts',
      private: true,
    };
    assert.deepEqual(await client.ensureRepository(machine, wanted), expected);
    assert.deepEqual(seen[1]?.body, {
      name: 'discounts',
      description: 'd',
      private: true,
      default_branch: 'main',
      auto_init: false,
    });
    assert.deepEqual(await client.ensureRepository(machine, wanted), expected);
    assert.equal(seen.filter(({ method }) => method === 'POST').length, 1);
  });

  it('gives an application that exists a new secret, and makes one that does not', async () => {
    const seen = fakeServers({
      'GET g/api/v1/user/applications/oauth2': { json: [{ id: 4, name: 'Drone' }] },
      'PATCH g/api/v1/user/applications/oauth2/4': { json: { client_id: 'i', client_secret: 's' } },
      'POST g/api/v1/user/applications/oauth2': { status: 201, json: { client_id: 'i2', client_secret: 's2' } },
    });
    assert.deepEqual(await client.ensureOAuthApplication?.(machine, 'Drone', ['http://d/login']), {
      clientId: 'i',
      clientSecret: 's',
    });
    assert.deepEqual(await client.ensureOAuthApplication?.(machine, 'Other', ['http://d/login']), {
      clientId: 'i2',
      clientSecret: 's2',
    });
    assert.deepEqual(seen[1]?.body, {
      name: 'Drone',
      redirect_uris: ['http://d/login'],
      confidential_client: true,
      skip_secondary_authorization: true,
    });
  });

  const signIn = '<form action="/user/login"><input name="user_name"><input name="password"></form>';
  const consent =
    '<form action="/login/oauth/grant"><input name="state" value="s"><input name="client_id" value="c"></form>';

  it('signs a person in to an application, with consent where it is asked for', async () => {
    const seen = fakeServers({
      'GET g/user/login': { text: signIn },
      'POST g/user/login': {
        status: 303,
        headers: [
          ['location', '/'],
          ['set-cookie', 'i_like_gitea=1'],
        ],
      },
      'GET g/': { text: 'dashboard' },
      'GET d/login': { status: 303, headers: [['location', 'http://g/login/oauth/authorize']] },
      'GET g/login/oauth/authorize': { text: consent },
      'POST g/login/oauth/grant': { status: 303, headers: [['location', 'http://d/login?code=1&state=s']] },
      'GET d/login?code=1&state=s': {
        status: 303,
        headers: [
          ['location', '/'],
          ['set-cookie', '_session_=x; Path=/'],
        ],
      },
      'GET d/': { text: 'drone' },
    });
    assert.equal(await client.signInTo({ loginUrl: 'http://d/login' }, machine), '_session_=x');
    assert.equal(seen[1]?.body, 'user_name=sluice&password=m');
    const grant = seen.find(({ path }) => path === '/login/oauth/grant');
    assert.equal(grant?.body, 'state=s&client_id=c&granted=true');
    assert.equal(grant.headers['cookie'], 'i_like_gitea=1');
  });

  it('says where signing in ended when it did not end at the application', async () => {
    fakeServers({ 'GET g/user/login': { text: signIn }, 'POST g/user/login': { text: signIn } });
    await assert.rejects(client.signInTo({ loginUrl: 'http://d/login' }, machine), {
      message: 'http://g does not take the password of sluice',
    });
    fakeServers({
      'GET g/user/login': { text: signIn },
      'POST g/user/login': { text: 'in' },
      'GET d/login': { status: 303, headers: [['location', '/login/error?message=no']] },
      'GET d/login/error?message=no': { text: 'error' },
    });
    await assert.rejects(client.signInTo({ loginUrl: 'http://d/login' }, machine), {
      message: 'signing sluice in to http://d/login ended at http://d/login/error?message=no',
    });
  });
});

import assert from 'node:assert/strict';
import { gitHostClient } from '../../../clients/git-host';
import { fakeDocker, type FakeDocker } from '../../actions/fake-docker';
import { fakeServers, lines, restoreFetch } from '../fake-server';

const admin = { username: 'maintainer', password: 'a', admin: true };
const machine = { username: 'sluice', password: 'm', admin: false };
const fresh = () => gitHostClient({ kind: 'gogs', container: 'sluice-git', url: 'http://g' });

/** What these do not prove: that a real Gogs answers like this. Its answers are those of its source, 0.14. */
describe('Gogs client', () => {
  let docker: FakeDocker;
  beforeEach(() => {
    docker = fakeDocker([{ part: 'sluice-database-id', stdout: '0123456789ab\n' }]);
  });
  afterEach(() => {
    docker.restore();
    restoreFetch();
  });

  it('leaves accounts alone that have their passwords, and names the database', async () => {
    const seen = fakeServers({
      'GET g/api/v1/users/maintainer/tokens': { json: [] },
      'GET g/api/v1/users/sluice/tokens': { json: [] },
    });
    assert.equal(await fresh().ensureAccounts([admin, machine]), '0123456789ab');
    assert.equal(seen.length, 2);
    assert.equal(docker.calls().length, 1);
  });

  it('sets accounts by an administrator of its own that is gone afterwards', async () => {
    let installer = '';
    const seen = fakeServers({
      'GET g/api/v1/users/maintainer/tokens': { status: 401 },
      'GET g/api/v1/users/sluice/tokens': { status: 401 },
      'POST g/api/v1/admin/users': { status: 422 },
      'PATCH g/api/v1/admin/users/maintainer': { json: {} },
      'PATCH g/api/v1/admin/users/sluice': { json: {} },
      'POST g/api/v1/users/maintainer/tokens': { status: 201, json: { sha1: 'admin-token' } },
      'GET g/api/v1/users/search?q=sluice-install-&limit=50': () => ({
        json: { data: [{ username: installer }, { username: 'sluice-installs' }] },
      }),
    });
    const inner = globalThis.fetch;
    const deleted: string[] = [];
    globalThis.fetch = async (input, init) => {
      const { url } = new Request(input, init);
      const own = /\/users\/(sluice-install-[0-9a-f]{8})\/tokens$/.exec(url);
      if (own?.[1] !== undefined) {
        installer = own[1];
        return new Response(JSON.stringify({ sha1: 'installer-token' }), { status: 201 });
      }
      if (init?.method === 'DELETE') {
        deleted.push(url);
        return new Response(null, { status: 204 });
      }
      return inner(input, init);
    };
    await fresh().ensureAccounts([admin, machine]);
    const create = docker.calls()[0];
    assert.equal(create?.args.at(-1), installer);
    assert.match(create.input, /^[0-9a-f]{36}$/);
    assert.ok(!create.args.join(' ').includes(create.input));
    assert.deepEqual(deleted, [`http://g/api/v1/admin/users/${installer}`]);
    const patch = seen.find(({ method, path }) => method === 'PATCH' && path.endsWith('/sluice'));
    assert.equal(patch?.headers['authorization'], 'token installer-token');
    assert.deepEqual(patch.body, {
      email: 'sluice@localhost.localdomain',
      login_name: '',
      password: 'm',
      active: true,
      admin: false,
    });
  });

  it('makes organization and repository with one token per account', async () => {
    let made = false;
    const seen = fakeServers({
      'POST g/api/v1/users/maintainer/tokens': { status: 201, json: { sha1: 't' } },
      'POST g/api/v1/user/orgs': { status: 201, json: {} },
      'GET g/api/v1/orgs/shop/teams': { json: [{ id: 1, name: 'Owners' }] },
      'PUT g/api/v1/admin/teams/1/members/sluice': { status: 204 },
      'GET g/api/v1/repos/shop/discounts': () =>
        made ? { json: { empty: true, clone_url: 'c', html_url: 'h', private: true } } : { status: 404 },
      'POST g/api/v1/org/shop/repos': () => {
        made = true;
        return { status: 201, json: {} };
      },
      'GET g/api/v1/repos/shop/discounts/hooks': {
        json: [
          { active: true, config: { url: 'http://sluice-drone/hook' } },
          { active: false, config: { url: 'http://x' } },
        ],
      },
    });
    const client = fresh();
    await client.ensureOrganization('shop', [admin, machine]);
    const wanted = { owner: 'shop', name: 'discounts', description: '', private: true, defaultBranch: 'main' };
    assert.deepEqual(await client.ensureRepository(admin, wanted), {
      empty: true,
      cloneUrl: 'c',
      webUrl: 'h',
      private: true,
    });
    assert.deepEqual(await client.hooks(admin, wanted), ['http://sluice-drone/hook']);
    assert.equal(lines(seen).filter((line) => line.endsWith('/tokens')).length, 1);
    assert.ok(!('ensureOAuthApplication' in client));
  });

  it('signs a person in by Drone’s own page', async () => {
    const seen = fakeServers({
      'POST d/login': {
        status: 303,
        headers: [
          ['location', '/'],
          ['set-cookie', '_session_=x'],
        ],
      },
      'GET d/': { text: 'drone' },
    });
    assert.equal(await fresh().signInTo({ loginUrl: 'http://d/login' }, machine), '_session_=x');
    assert.equal(seen[0]?.body, 'username=sluice&password=m');
    fakeServers({
      'POST d/login': { status: 303, headers: [['location', '/login/error?message=Unauthorized']] },
      'GET d/login/error?message=Unauthorized': { text: 'error' },
    });
    await assert.rejects(fresh().signInTo({ loginUrl: 'http://d/login' }, machine), {
      message: 'signing sluice in to http://d/login ended at http://d/login/error?message=Unauthorized',
    });
  });
});

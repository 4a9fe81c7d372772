import assert from 'node:assert/strict';
import connectDrone from '../../actions/connect-drone';
import createRepository from '../../actions/create-repository';
import installGitHost from '../../actions/install-git-host';
import ownVolume from '../../actions/own-volume';
import registerApplication from '../../actions/register-application';
import { fakeDocker, type FakeDocker } from './fake-docker';
import { fakeServers, lines, restoreFetch, type FakeRoutes } from '../clients/fake-server';

const git = { kind: 'gitea', container: 'sluice-git', url: 'http://g' };
const admin = { username: 'maintainer', password: 'a', admin: true };
const machine = { username: 'sluice', password: 'm', admin: false };

describe('the actions of a platform', () => {
  afterEach(restoreFetch);

  it('install-git-host tells which database it found', async () => {
    fakeServers({ 'GET g/api/v1/user': { json: { is_admin: true, created: 'then' } } });
    assert.deepEqual(await installGitHost({ git, accounts: [admin] }), { database: 'then' });
  });

  it('register-application tells id and secret, and refuses a git host without OAuth', async () => {
    fakeServers({
      'GET g/api/v1/user/applications/oauth2': { json: [] },
      'POST g/api/v1/user/applications/oauth2': { json: { client_id: 'i', client_secret: 's' } },
    });
    const input = { git, login: machine, name: 'Drone', redirectUris: ['http://d/login'] };
    assert.deepEqual(await registerApplication(input), { clientId: 'i', clientSecret: 's' });
    await assert.rejects(registerApplication({ ...input, git: { ...git, kind: 'gogs' } }), {
      message: 'gogs knows no OAuth applications',
    });
  });

  it('create-repository makes organization and repository, and tells where it is', async () => {
    const seen = fakeServers({
      'GET g/api/v1/orgs/shop': { json: {} },
      'GET g/api/v1/orgs/shop/teams': { json: [{ id: 3, name: 'Owners' }] },
      'PUT g/api/v1/teams/3/members/sluice': { status: 204 },
      'GET g/api/v1/repos/shop/discounts': { json: { empty: false, clone_url: 'c', html_url: 'w', private: true } },
    });
    const repository = { owner: 'shop', name: 'discounts', description: '', private: true, defaultBranch: 'main' };
    assert.deepEqual(await createRepository({ git, owners: [admin, machine], repository }), {
      cloneUrl: 'c',
      webUrl: 'w',
    });
    assert.ok(lines(seen).every((line) => !line.startsWith('POST')));
    await assert.rejects(createRepository({ git, owners: [], repository }), { message: 'a repository needs an owner' });
  });

  const drone = (isAdmin: boolean): FakeRoutes => ({
    'GET g/user/login': { text: '<form action="/user/login"></form>' },
    'POST g/user/login': { text: 'in' },
    'GET d/login': {
      status: 303,
      headers: [
        ['location', '/'],
        ['set-cookie', '_session_=x'],
      ],
    },
    'GET d/': { text: 'drone' },
    'POST d/api/user/token': { json: { token: 'T' } },
    'GET d/api/user': { json: { login: 'sluice', admin: isAdmin } },
    'POST d/api/users': { json: {} },
  });
  const connect = { git, url: 'http://d', container: 'sluice-drone', machine, administrators: ['maintainer'] };
  let docker: FakeDocker;
  beforeEach(() => {
    docker = fakeDocker([
      { part: 'logs sluice-drone', stdout: '{"msg":"bootstrap: account created","token":"logged"}' },
    ]);
  });
  afterEach(() => {
    docker.restore();
  });

  it('connect-drone tells the token of the machine account and makes the people administrators', async () => {
    const seen = fakeServers(drone(true));
    assert.deepEqual(await connectDrone(connect), { token: 'T' });
    assert.deepEqual(lines(seen).slice(-2), ['GET d/api/users/maintainer', 'POST d/api/users']);
    assert.equal(seen.at(-1)?.headers['authorization'], 'Bearer T');
  });

  it('connect-drone replaces a token that stands in Drone’s log', async () => {
    const seen = fakeServers({
      ...drone(true),
      'POST d/api/user/token': { json: { token: 'logged' } },
      'POST d/api/user/token?rotate=true': { json: { token: 'new' } },
    });
    assert.deepEqual(await connectDrone(connect), { token: 'new' });
    assert.equal(seen.at(-1)?.headers['authorization'], 'Bearer new');
  });

  it('connect-drone renews no token while Drone reads repositories: the end of that would undo it', async () => {
    let asked = 0;
    const seen = fakeServers({
      ...drone(true),
      'GET d/api/user': () => ({ json: { login: 'sluice', admin: true, syncing: ++asked < 3 } }),
    });
    assert.deepEqual(await connectDrone(connect), { token: 'T' });
    const calls = lines(seen).filter((line) => line.includes('/api/user'));
    assert.deepEqual(calls.slice(0, 4), [...Array<string>(3).fill('GET d/api/user'), 'POST d/api/user/token']);
  });

  it('connect-drone fails when the machine account administers nothing', async () => {
    fakeServers(drone(false));
    await assert.rejects(connectDrone(connect), {
      message: 'sluice is no administrator of http://d; DRONE_USER_CREATE should make it one',
    });
  });

  it('own-volume gives a volume away in a container with that one right', async () => {
    const input = { instance: 'sluice', volume: 'sluice-drone', user: '1000:1000', image: 'drone:1' };
    assert.deepEqual(await ownVolume(input), { volume: 'sluice-drone' });
    assert.deepEqual(docker.calls()[0]?.args, [
      ...['run', '--rm', '--network', 'none', '--user', '0:0', '--entrypoint', 'sh'],
      ...['--label', 'sluice.instance=sluice', '--label', 'sluice.stack=platform'],
      ...['--label', 'sluice.role=own-volume'],
      ...['--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--cap-add', 'DAC_OVERRIDE'],
      ...['--security-opt', 'no-new-privileges', '--read-only', '--memory', '64m', '--memory-swap', '64m'],
      ...['--cpu-shares', '1024', '--pids-limit', '64', '--ulimit', 'core=0', '--ulimit', 'nofile=1024'],
      ...['--mount', 'type=volume,source=sluice-drone,target=/volume'],
      ...['drone:1', '-c', 'touch /volume/.sluice && chown -R "$0" /volume', '1000:1000'],
    ]);
  });
});

import assert from 'node:assert/strict';
import { DroneAdmin, droneToken } from '../../../clients/drone/drone-admin';
import { fakeServers, lines, restoreFetch } from '../fake-server';

const drone = () => new DroneAdmin('http://d', { token: 't' });

describe('Drone administration', () => {
  afterEach(restoreFetch);

  it('names itself by a token or by a session', async () => {
    const seen = fakeServers({
      'GET d/api/user': { json: { login: 'sluice', admin: true } },
      'POST d/api/user/token': { json: { login: 'sluice', token: 'T' } },
      'POST d/api/user/repos?async=false': { json: [] },
    });
    assert.deepEqual(await drone().user(), { login: 'sluice', admin: true });
    assert.equal(seen[0]?.headers['authorization'], 'Bearer t');
    assert.equal(await droneToken('http://d', '_session_=s'), 'T');
    assert.equal(seen[1]?.headers['cookie'], '_session_=s');
    await new DroneAdmin('http://d', { cookies: '_session_=s' }).synchronize();
    assert.equal(seen[2]?.headers['cookie'], '_session_=s');
    assert.equal(seen[2].headers['authorization'], undefined);
  });

  it('makes an account an administrator once', async () => {
    const seen = fakeServers({
      'GET d/api/users/known': { json: { admin: true } },
      'GET d/api/users/plain': { json: { admin: false } },
      'PATCH d/api/users/plain': { json: {} },
      'POST d/api/users': { json: {} },
    });
    await drone().ensureUser('known', true);
    await drone().ensureUser('plain', true);
    await drone().ensureUser('new', true);
    assert.deepEqual(lines(seen), [
      'GET d/api/users/known',
      'GET d/api/users/plain',
      'PATCH d/api/users/plain',
      'GET d/api/users/new',
      'POST d/api/users',
    ]);
    assert.deepEqual(seen[4]?.body, { login: 'new', admin: true, active: true });
  });

  it('keeps secrets from pull requests', async () => {
    const seen = fakeServers({ 'POST d/api/repos/a/b/secrets': { json: {} } });
    await drone().setSecret('a/b', { name: 's', data: 'v' });
    assert.deepEqual(lines(seen), ['PATCH d/api/repos/a/b/secrets/s', 'POST d/api/repos/a/b/secrets']);
    assert.deepEqual(seen[1]?.body, { name: 's', data: 'v', pull_request: false, pull_request_push: false });
  });

  it('says when a repository is unknown', async () => {
    fakeServers({ 'GET d/api/repos/a/b': { json: { slug: 'a/b', active: false } } });
    assert.equal((await drone().repository('a/b'))?.active, false);
    assert.equal(await drone().repository('a/c'), undefined);
  });
});

import assert from 'node:assert/strict';
import { DroneClient } from '../../../clients/drone/client';
import { HttpError } from '../../../clients/http';
import { fakeServers, lines, restoreFetch } from '../fake-server';

describe("Drone's builds", () => {
  const drone = new DroneClient('http://d', 't');
  afterEach(restoreFetch);

  it('are asked for with the token in a header', async () => {
    const seen = fakeServers({
      'GET d/api/repos/a/b/builds?per_page=50': {
        json: [
          { number: 3, target: 'main', event: 'pull_request' },
          { number: 2, target: 'main', event: 'push' },
        ],
      },
    });
    assert.equal((await drone.newest('a/b', 'main'))?.number, 2);
    assert.equal(seen[0]?.headers['authorization'], 'Bearer t');
  });

  it('are started, restarted and cancelled; none comes of a commit that no pipeline is for', async () => {
    const seen = fakeServers({
      'POST d/api/repos/a/b/builds?branch=main': { json: null },
      'POST d/api/repos/a/b/builds/2': { json: { number: 4 } },
      'DELETE d/api/repos/a/b/builds/4': { status: 204 },
    });
    assert.equal(await drone.create('a/b', 'main'), undefined);
    assert.equal((await drone.restart('a/b', 2)).number, 4);
    await drone.cancel('a/b', 4);
    assert.equal(lines(seen).length, 3);
  });

  it('have no log where none is kept, and a refusal is told with its status', async () => {
    fakeServers({ 'GET d/api/repos/a/b/builds/9': { status: 401, json: { message: 'Unauthorized' } } });
    assert.deepEqual(await drone.log('a/b', 1, 1, 1), []);
    await assert.rejects(drone.build('a/b', 9), (error) => error instanceof HttpError && error.status === 401);
  });

  it('are told apart from what somebody in between answers', async () => {
    fakeServers({
      'GET d/api/repos/a/b/builds/9': { status: 302, text: '' },
      'GET d/api/repos/a/b/builds?per_page=50': { text: '<html>Please log in</html>' },
    });
    for (const answer of [drone.build('a/b', 9), drone.newest('a/b', 'main')]) await assert.rejects(answer, HttpError);
  });

  it('are not waited for', async () => {
    const seen = fakeServers({ 'GET d/api/repos/a/b/builds/9': { status: 502 } });
    await assert.rejects(drone.build('a/b', 9), HttpError);
    assert.equal(seen.length, 1);
  });
});

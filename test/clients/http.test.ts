import assert from 'node:assert/strict';
import { basic, bearer, http, HttpError } from '../../clients/http';
import { fakeServers, restoreFetch } from './fake-server';

describe('http', () => {
  afterEach(restoreFetch);

  it('sends JSON or a form and reads JSON', async () => {
    const seen = fakeServers({
      'POST a/json': { status: 201, json: { id: 1 } },
      'POST a/form': { text: 'no json' },
    });
    const made = await http<{ id: number }>('http://a/json', {
      method: 'POST',
      json: { x: 1 },
      authorization: 'token t',
    });
    assert.equal(made.status, 201);
    assert.deepEqual(made.body, { id: 1 });
    assert.deepEqual(seen[0]?.body, { x: 1 });
    assert.equal(seen[0].headers['authorization'], 'token t');
    assert.equal(seen[0].headers['content-type'], 'application/json');
    const form = await http('http://a/form', { method: 'POST', form: { name: 'a b' } });
    assert.equal(form.body, undefined);
    assert.equal(form.text, 'no json');
    assert.equal(seen[1]?.body, 'name=a+b');
  });

  it('writes credentials as the standards say', () => {
    assert.equal(basic({ username: 'u', password: 'p' }), 'Basic dTpw');
    assert.equal(bearer('t'), 'Bearer t');
  });

  it('tells a refusal with the server’s words and without what was sent', async () => {
    fakeServers({ 'POST a/x': { status: 422, json: { message: 'name is taken' } } });
    await assert.rejects(http('http://a/x', { method: 'POST', json: { password: 'hush' } }), (error: HttpError) => {
      assert.equal(error.message, 'POST http://a/x answered 422: {"message":"name is taken"}');
      assert.equal(error.status, 422);
      return true;
    });
  });

  it('takes a refusal that was expected as an answer', async () => {
    fakeServers({});
    assert.equal((await http('http://a/x', { also: [404] })).status, 404);
  });

  it('asks again while a server is starting', async () => {
    let asked = 0;
    fakeServers({ 'GET a/x': () => (++asked < 3 ? { status: 503 } : { json: 'up' }) });
    assert.equal((await http('http://a/x')).body, 'up');
    assert.equal(asked, 3);
  });

  it('gives up on a server that does not come, naming why', async () => {
    globalThis.fetch = () =>
      Promise.reject(Object.assign(new Error('fetch failed'), { cause: { code: 'ECONNREFUSED' } }));
    await assert.rejects(http('http://a/x', { patienceSeconds: 0 }), { message: 'GET http://a/x: ECONNREFUSED' });
    fakeServers({ 'GET a/x': { status: 502, text: 'nobody there' } });
    await assert.rejects(http('http://a/x', { patienceSeconds: 0 }), {
      message: 'GET http://a/x answered 502: nobody there',
    });
  });
});

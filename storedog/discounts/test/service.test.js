import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, describe, it } from 'node:test';
import { createService } from '../src/service.js';
import { stopGracefully } from '../src/stop.js';

/** @type {import('node:http').Server[]} */
const open = [];
afterEach(() => open.splice(0).forEach((server) => server.closeAllConnections() ?? server.close()));

/** Starts a service on a free port of the loopback. */
async function start(api, options) {
  const server = createService(api, options);
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

describe('service', () => {
  it('answers JSON, with the headers it was given, and logs a line', async () => {
    const lines = [];
    const { url } = await start(async ({ method, path }) => ({ status: 200, body: { method, path } }), {
      log: (entry) => lines.push(entry),
      headers: { 'x-revision': 'abc' },
    });
    const response = await fetch(`${url}/discounts?page=1`);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(response.headers.get('x-revision'), 'abc');
    assert.deepEqual(await response.json(), { method: 'GET', path: '/discounts' });
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const { time, milliseconds, ...rest } = lines[0];
    assert.deepEqual(rest, { level: 'info', message: 'request', method: 'GET', path: '/discounts', status: 200 });
    assert.equal(new Date(time).toISOString(), time);
    assert.ok(milliseconds >= 0);
  });

  it('hands the body to the API and refuses one that is too large', async () => {
    const { url } = await start(async ({ readBody }) => ({ status: 200, body: (await readBody()).length }));
    assert.equal(await (await fetch(url, { method: 'POST', body: 'woof' })).json(), 4);
    assert.equal((await fetch(url, { method: 'POST', body: 'x'.repeat(70_000) })).status, 413);
  });

  it('answers HEAD without a body', async () => {
    const { url } = await start(async () => ({ status: 200, body: 'woof' }));
    const response = await fetch(url, { method: 'HEAD' });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '');
  });

  it('answers 500 and tells nothing when the API breaks', async () => {
    const { url } = await start(() => Promise.reject(new Error('secret detail')));
    const response = await fetch(url);
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /secret/);
  });

  it('stops after the requests under way, and takes no new connection', async () => {
    let answer = () => undefined;
    const waiting = new Promise((resolve) => (answer = resolve));
    let asked = () => undefined;
    const arrived = new Promise((resolve) => (asked = resolve));
    const { server, url } = await start(async () => {
      asked();
      await waiting;
      return { status: 200, body: 'late' };
    });
    const request = fetch(url);
    await arrived;
    const stopped = stopGracefully(server, 5000);
    await assert.rejects(fetch(url), 'a new connection was taken');
    answer();
    assert.equal(await (await request).json(), 'late');
    assert.equal(await stopped, true);
  });

  it('cuts off what takes too long', async () => {
    let asked = () => undefined;
    const arrived = new Promise((resolve) => (asked = resolve));
    const { server, url } = await start(() => {
      asked();
      return new Promise(() => undefined);
    });
    const request = assert.rejects(fetch(url));
    await arrived;
    assert.equal(await stopGracefully(server, 20), false);
    await request;
  });
});

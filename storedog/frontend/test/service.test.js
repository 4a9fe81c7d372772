import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { afterEach, describe, it } from 'node:test';
import { createService } from '../src/service.js';
import { stopGracefully } from '../src/stop.js';

const open = [];
afterEach(() => open.splice(0).forEach((server) => server.closeAllConnections() ?? server.close()));

async function start(shop, options) {
  const server = createService(shop, options);
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>woof' };

describe('service', () => {
  it('sends pages that may load nothing from elsewhere, and logs a line', async () => {
    const lines = [];
    const { url } = await start(async () => page, {
      log: (line) => lines.push(line),
      headers: { 'x-revision': 'abc' },
    });
    const response = await fetch(`${url}/?a=b`);
    assert.equal(await response.text(), '<p>woof');
    assert.match(response.headers.get('content-security-policy'), /^default-src 'none'/);
    assert.equal(response.headers.get('x-revision'), 'abc');
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const { time, milliseconds, ...rest } = lines[0];
    assert.deepEqual(rest, { level: 'info', message: 'request', method: 'GET', path: '/', status: 200 });
    assert.equal(new Date(time).toISOString(), time);
    assert.ok(milliseconds >= 0);
  });

  it('reads forms, up to a size', async () => {
    const { url } = await start(async ({ readForm }) => ({ ...page, body: (await readForm()).get('code') ?? '' }));
    const body = new URLSearchParams({ code: 'WOOF 10' });
    assert.equal(await (await fetch(url, { method: 'POST', body })).text(), 'WOOF 10');
    assert.equal((await fetch(url, { method: 'POST', body: 'x'.repeat(20_000) })).status, 413);
  });

  it('answers HEAD and 304 without a body', async () => {
    const { url } = await start(async ({ knownTag }) => (knownTag ? { status: 304, headers: {} } : page));
    assert.equal(await (await fetch(url, { method: 'HEAD' })).text(), '');
    assert.equal((await fetch(url, { headers: { 'if-none-match': '"a"' } })).status, 304);
  });

  it('answers 500 and tells nothing when the shop breaks', async () => {
    const { url } = await start(() => Promise.reject(new Error('secret detail')));
    const response = await fetch(url);
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /secret/);
  });

  it('refuses an address that is none', async () => {
    const { server } = await start(async () => page);
    const request = http.request({ port: server.address().port, host: '127.0.0.1', path: 'http://[' }).end();
    const [response] = await once(request, 'response');
    assert.equal(response.statusCode, 400);
    response.resume();
  });

  it('stops after the requests under way', async () => {
    let answer = () => undefined;
    const waiting = new Promise((resolve) => (answer = resolve));
    let asked = () => undefined;
    const arrived = new Promise((resolve) => (asked = resolve));
    const { server, url } = await start(async () => {
      asked();
      await waiting;
      return page;
    });
    const request = fetch(url);
    await arrived;
    const stopped = stopGracefully(server, 5000);
    answer();
    assert.equal(await (await request).text(), '<p>woof');
    assert.equal(await stopped, true);
  });
});

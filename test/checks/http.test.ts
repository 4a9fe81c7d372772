import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RequestOf } from '../../checks/contract';
import { runHere } from '../../checks/run';
import { cleanUp, httpRequest, serve } from './fixtures';

type Settings = Partial<RequestOf<'http'>['settings']>;

describe('http check', () => {
  afterEach(cleanUp);

  const service = () =>
    serve((request, response) => {
      if (request.url === '/slow') return;
      if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
      else if (request.url === '/text') response.end('woof\n woof');
      else if (request.url === '/broken') response.writeHead(503).end('<h1>no server</h1>');
      else {
        response.setHeader('content-type', 'application/json; charset=utf-8').setHeader('set-cookie', 'session=geheim');
        response.end(JSON.stringify({ method: request.method, discounts: [{ code: 'WOOF10' }] }));
      }
    });

  it('passes when all holds, and leaves the answer without what may let somebody in', async () => {
    const request = httpRequest(await service(), {
      status: 200,
      headers: { 'Content-Type': 'application/json' },
      body: { contains: 'WOOF', matches: '"code":"[A-Z0-9]+"' },
      json: [
        { path: 'discounts[0].code', equals: 'WOOF10' },
        { path: 'discounts', equals: [{ code: 'WOOF10' }] },
      ],
      maxSeconds: 20,
    });
    const { verdict, summary, steps, files } = await runHere(request);
    assert.deepEqual({ verdict, summary }, { verdict: 'pass', summary: '8 steps passed' });
    assert.deepEqual(
      steps.map(({ name }) => name),
      [
        `GET ${request.urls['discounts'] ?? ''}/ answers`,
        'status is 200',
        'header Content-Type contains "application/json"',
        'body contains "WOOF"',
        'body matches /"code":"[A-Z0-9]+"/',
        'JSON discounts[0].code is "WOOF10"',
        'JSON discounts is [{"code":"WOOF10"}]',
        'the answer is there within 20 s',
      ],
    );
    assert.deepEqual(files, ['check.log', 'response.txt']);
    const kept = fs.readFileSync(path.join(request.evidence, 'response.txt'), 'utf8');
    assert.match(kept, /^set-cookie: \(hidden\)$/m);
    assert.match(kept, /WOOF10/);
    assert.doesNotMatch(kept, /geheim/);
  });

  const failing: [string, Settings, RegExp][] = [
    ['another status', { path: '/broken' }, /step "status is 200 to 299": expected 200 to 299, seen 503, "<h1>no/],
    ['a redirection', { path: '/moved' }, /seen 302, an empty body at http/],
    ['another status than asked for', { status: 201 }, /expected 201, seen 200/],
    ['another method', { method: 'POST', json: [{ path: 'method', equals: 'GET' }] }, /expected "GET", seen "POST"/],
    ['a missing header', { headers: { 'x-revision': 'a' } }, /expected "a", seen no such header/],
    ['another header', { headers: { 'content-type': 'html' } }, /expected "html", seen "application\/json/],
    ['a body without the text', { path: '/text', body: { contains: 'miau' } }, /expected "miau", seen "woof woof"/],
    ['a body that does not match', { path: '/text', body: { matches: '^W' } }, /expected \/\^W\/, seen "woof woof"/],
    ['a body that is no JSON', { path: '/text', json: [{ path: 'a', equals: 1 }] }, /expected JSON, seen "woof woof"/],
    ['a missing value', { json: [{ path: 'discounts[1]', equals: 1 }] }, /expected 1, seen nothing/],
    ['another value', { json: [{ path: 'discounts[0]', equals: 1 }] }, /expected 1, seen \{"code":"WOOF10"\}/],
    ['an answer that comes late', { maxSeconds: 1e-9 }, /expected at most 1e-9 s, seen \d+(\.\d{1,3})? s /],
  ];
  for (const [name, settings, summary] of failing) {
    it(`fails with ${name}`, async () => {
      const result = await runHere(httpRequest(await service(), settings));
      assert.equal(result.verdict, 'fail');
      assert.match(result.summary, summary);
    });
  }

  it('could not tell when nobody answers', async () => {
    const { verdict, summary } = await runHere(httpRequest('http://127.0.0.1:1'));
    assert.equal(verdict, 'unknown');
    assert.match(summary, /no answer from http:\/\/127\.0\.0\.1:1\/: /);
  });

  it('could not tell when the answer does not come within its time', async () => {
    const { verdict, summary } = await runHere(httpRequest(await service(), { path: '/slow' }, 0.1));
    assert.equal(verdict, 'unknown');
    assert.match(summary, /^it did not end within 0\.1 s, /);
  });
});

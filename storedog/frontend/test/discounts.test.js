import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { afterEach, describe, it } from 'node:test';
import { Discounts } from '../src/discounts.js';

const woof = { code: 'WOOF10', title: 'Woof', percent: 10, minimumAmount: 0 };
const items = [{ id: 'duck', amount: 1000 }];
const open = [];
afterEach(() => open.splice(0).forEach((server) => server.closeAllConnections() ?? server.close()));

/** A discounts service on the loopback that gives one answer; undefined: none at all. */
async function service(status, body) {
  const asked = [];
  const server = http.createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push(`${request.method} ${request.url} ${text}`.trim());
    if (status !== undefined) response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const logged = [];
  const options = { log: (entry) => logged.push(entry.message), timeoutMilliseconds: status === undefined ? 20 : 5000 };
  return { asked, logged, discounts: new Discounts(`http://127.0.0.1:${server.address().port}/`, options) };
}

describe('discounts', () => {
  it('features the first discount', async () => {
    const { discounts, asked } = await service(200, { discounts: [woof, { ...woof, code: 'OTHER' }] });
    assert.deepEqual(await discounts.featured(), woof);
    assert.deepEqual(asked, ['GET /discounts']);
  });

  it('features nothing that it does not understand', async () => {
    assert.equal(await (await service(200, { discounts: [] })).discounts.featured(), undefined);
    assert.equal(await (await service(200, { discounts: [{ name: 'WOOF10' }] })).discounts.featured(), undefined);
    assert.equal(await (await service(200, 'null')).discounts.featured(), undefined);
  });

  it('applies a code', async () => {
    const reduced = [{ id: 'duck', amount: 1000, saving: 100, total: 900 }];
    const { discounts, asked } = await service(200, {
      discount: woof,
      amount: 1000,
      saving: 100,
      total: 900,
      items: reduced,
    });
    assert.deepEqual(await discounts.apply('WOOF10', items), {
      kind: 'applied',
      applied: { discount: woof, amount: 1000, saving: 100, total: 900, items: new Map([['duck', 900]]) },
    });
    assert.deepEqual(asked, [`POST /discounts/WOOF10/apply {"items":[{"id":"duck","amount":1000}]}`]);
  });

  it('asks nobody without a code or without items', async () => {
    const { discounts, asked } = await service(200, {});
    assert.deepEqual(await discounts.apply(undefined, items), { kind: 'none' });
    assert.deepEqual(await discounts.apply('WOOF10', []), { kind: 'none' });
    assert.deepEqual(asked, []);
  });

  it('tells a code that nobody knows from one that does not count', async () => {
    assert.deepEqual(await (await service(404, {})).discounts.apply('X', items), { kind: 'unknown' });
    const { discounts } = await service(422, { error: { message: 'PACK is for orders of 50.00 and more' } });
    assert.deepEqual(await discounts.apply('PACK', items), {
      kind: 'refused',
      message: 'PACK is for orders of 50.00 and more',
    });
  });

  for (const [name, status, body] of [
    ['is broken', 500, {}],
    ['answers no JSON', 200, '<html>'],
    ['answers something else', 200, { total: '9.00' }],
    ['does not answer', undefined, undefined],
  ]) {
    it(`takes a service that ${name} for away, and logs it`, async () => {
      const { discounts, logged } = await service(status, body);
      assert.deepEqual(await discounts.apply('WOOF10', items), { kind: 'away' });
      assert.match(logged[0], /^discounts: /);
    });
  }

  it('takes a service that is not there for away', async () => {
    const { discounts } = await service(200, {});
    open[0].close();
    open[0].closeAllConnections();
    await once(open[0], 'close');
    assert.equal(await discounts.featured(), 'away');
  });
});

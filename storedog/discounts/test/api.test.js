import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createApi } from '../src/api.js';
import { Catalogue } from '../src/catalogue.js';
import { represent } from '../src/representation.js';

const woof = { code: 'WOOF10', title: 'Woof', percent: 10 };
const pack = { code: 'PACK20', title: 'Pack', percent: 20, minimumAmount: 5000 };
const past = { code: 'PAST', title: 'Past', percent: 20, endsAt: '2020-01-01T00:00:00Z' };
const version = { service: 'discounts', version: '1.0.0', revision: 'abc' };
const api = createApi({
  catalogue: new Catalogue([woof, pack, past]),
  version,
  now: () => new Date('2026-06-01T12:00:00Z'),
});

const get = (path) => api({ method: 'GET', path, readBody: async () => '' });
const apply = (code, body) =>
  api({
    method: 'POST',
    path: `/discounts/${code}/apply`,
    readBody: async () => (typeof body === 'string' ? body : JSON.stringify(body)),
  });

describe('api', () => {
  it('is healthy and tells its version', async () => {
    assert.deepEqual(await get('/health'), { status: 200, body: { status: 'ok' } });
    assert.deepEqual(await get('/version'), { status: 200, body: version });
  });

  it('lists the discounts that hold', async () => {
    assert.deepEqual(await get('/discounts'), { status: 200, body: { discounts: [woof, pack].map(represent) } });
  });

  it('shows one discount', async () => {
    assert.deepEqual(await get('/discounts/woof10'), { status: 200, body: represent(woof) });
  });

  it('does not know a code that is unknown, over or broken', async () => {
    for (const code of ['NOPE', 'PAST', '%E0%A4%A']) {
      const { status, body } = await get(`/discounts/${code}`);
      assert.equal(status, 404);
      assert.equal(body.error.code, 'unknown-code');
    }
  });

  it('applies a code to items', async () => {
    const items = [
      { id: 'bowl', amount: 2400 },
      { id: 'ball', amount: 901 },
    ];
    assert.deepEqual(await apply('WOOF10', { items }), {
      status: 200,
      body: {
        discount: represent(woof),
        amount: 3301,
        saving: 330,
        total: 2971,
        items: [
          { id: 'bowl', amount: 2400, saving: 240, total: 2160 },
          { id: 'ball', amount: 901, saving: 90, total: 811 },
        ],
      },
    });
  });

  it('says from which amount on a code is good', async () => {
    const { status, body } = await apply('PACK20', { items: [{ id: 'bed', amount: 4999 }] });
    assert.equal(status, 422);
    assert.deepEqual(body.error, { code: 'minimum-not-reached', message: 'PACK20 is for orders of 50.00 and more' });
    assert.equal((await apply('PACK20', { items: [{ id: 'bed', amount: 5000 }] })).status, 200);
  });

  it('refuses items that are none', async () => {
    for (const [body, message] of [
      ['{', 'the body should be JSON'],
      ['null', 'items: should be a list with at least one entry'],
      [{ items: [] }, 'items: should be a list with at least one entry'],
      [
        {
          items: [
            { id: 'a', amount: 1 },
            { id: 'b', amount: -1 },
          ],
        },
        'items[1]: should be { id: text, amount: cents }',
      ],
      [{ items: [{ amount: 1 }] }, 'items[0]: should be { id: text, amount: cents }'],
    ]) {
      const answer = await apply('WOOF10', body);
      assert.equal(answer.status, 400);
      assert.equal(answer.body.error.message, message);
    }
  });

  it('says what is not there and what may not be done', async () => {
    assert.equal((await get('/')).status, 404);
    const answer = await api({ method: 'DELETE', path: '/discounts', readBody: async () => '' });
    assert.equal(answer.status, 405);
    assert.deepEqual(answer.headers, { allow: 'GET' });
  });
});

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'node:test';
import { readAssets } from '../src/assets.js';
import { createProducts } from '../src/products.js';
import { createShop } from '../src/shop.js';

const duck = { id: 'duck', name: 'Duck & Co', line: 'Squeaks', text: 'Wet.', price: 1000, ribbon: 'New' };
const bed = { id: 'bed', name: 'Bed', line: 'Soft', text: 'Warm.', price: 8000 };
const woof = { code: 'WOOF10', title: '10% off', percent: 10, minimumAmount: 0 };
const assets = readAssets(fileURLToPath(new URL('../public', import.meta.url)));

/** A shop whose discounts service answers from a table. */
function shopWith({ featured = woof, none = false, outcome } = {}) {
  const tenPercent = (code, items) => {
    const amount = items.reduce((sum, item) => sum + item.amount, 0);
    const lowered = new Map(items.map((item) => [item.id, item.amount * 0.9]));
    const applied = { discount: woof, amount, saving: amount / 10, total: amount * 0.9, items: lowered };
    return { kind: 'applied', applied };
  };
  const discounts = {
    featured: async () => (none ? undefined : featured),
    apply: async (code, items) => {
      if (code === undefined || items.length === 0) return { kind: 'none' };
      return outcome ?? tenPercent(code, items);
    },
  };
  const shop = createShop({ products: createProducts([duck, bed]), assets, discounts, revision: '0123456789abcdef' });
  const ask = (method, path, { cookie, form, knownTag } = {}) =>
    shop({
      method,
      url: new URL(path, 'http://shop'),
      cookie,
      knownTag,
      readForm: async () => new URLSearchParams(form),
    });
  return { ask, page: async (path, cookie) => String((await ask('GET', path, { cookie })).body) };
}

const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
const prices = (text) => all(text, /data-testid="price">([^<]*)</g);

describe('shop', () => {
  it('lists the products with pictures that are there, prices and a code', async () => {
    const { ask, page } = shopWith();
    const text = await page('/');
    assert.deepEqual(all(text, /<h3>([^<]*)</g), ['Duck &amp; Co', 'Bed']);
    assert.deepEqual(prices(text), ['$10.00', '$80.00']);
    assert.match(text, /data-testid="discount-code">WOOF10</);
    const pictures = all(text, /<img[^>]*src="([^"]*)"/g);
    assert.equal(pictures.length, 4);
    for (const picture of pictures) assert.equal((await ask('GET', picture)).status, 200, picture);
  });

  it('lowers all prices with a code', async () => {
    const text = await shopWith().page('/', 'code=WOOF10');
    assert.deepEqual(prices(text), ['$9.00', '$72.00']);
    assert.deepEqual(all(text, /data-testid="price-before">([^<]*)</g), ['$10.00', '$80.00']);
    assert.match(text, /WOOF10 counts: 10% off\./);
  });

  it('leaves the list alone with a code that is for large orders', async () => {
    const applied = { discount: { ...woof, minimumAmount: 5000 }, items: new Map([['duck', 900]]) };
    const text = await shopWith({ outcome: { kind: 'applied', applied } }).page('/', 'code=WOOF10');
    assert.deepEqual(prices(text), ['$10.00', '$80.00']);
    assert.match(text, /for orders from \$50\.00/);
  });

  it('shows one product', async () => {
    const text = await shopWith().page('/products/bed', 'code=WOOF10');
    assert.match(text, /<h1>Bed<\/h1>/);
    assert.deepEqual(prices(text), ['$72.00']);
  });

  it('adds up the bag, with delivery below 50 dollars', async () => {
    const { page } = shopWith();
    assert.match(await page('/bag', 'bag=duck.2'), /data-testid="total">\$24\.90</);
    const text = await page('/bag', 'bag=duck.2_bed.1; code=WOOF10');
    assert.match(text, /data-testid="subtotal">\$100\.00</);
    assert.match(text, /data-testid="saving">−\$10\.00</);
    assert.match(text, /data-testid="total">\$90\.00</);
    assert.match(text, /data-testid="bag-count">3</);
  });

  it('has an empty bag at first', async () => {
    assert.match(await shopWith().page('/bag'), /Your bag is empty/);
  });

  it('says why a code does not count', async () => {
    for (const [outcome, expected] of [
      [{ kind: 'unknown' }, /We do not know the code NOPE/],
      [{ kind: 'refused', message: 'NOPE is for orders of 50.00 and more' }, /NOPE is for orders of 50\.00 and more\./],
      [{ kind: 'away' }, /Codes are having a nap/],
    ]) {
      const text = await shopWith({ outcome }).page('/', 'code=NOPE');
      assert.match(text, expected);
      assert.deepEqual(prices(text), ['$10.00', '$80.00']);
    }
  });

  it('sells without the discounts service, and says so', async () => {
    const text = await shopWith({ featured: 'away' }).page('/');
    assert.match(text, /data-testid="banner-away"/);
    assert.doesNotMatch(text, /discount-code/);
    assert.deepEqual(prices(text), ['$10.00', '$80.00']);
  });

  it('shows no code when there is none', async () => {
    assert.doesNotMatch(await shopWith({ none: true }).page('/'), /discount-code/);
  });

  it('keeps a code and leads back, to its own pages only', async () => {
    const { ask } = shopWith();
    const post = async (path, form) => {
      const { status, headers } = await ask('POST', path, { form });
      return [status, headers.location, headers['set-cookie']?.split(';')[0]];
    };
    assert.deepEqual(await post('/code', { code: 'woof10', back: '/bag' }), [303, '/bag#code', 'code=WOOF10']);
    assert.deepEqual(await post('/code', { code: 'x', back: '//evil.example' }), [303, '/#code', 'code=X']);
    assert.deepEqual(await post('/code/remove', { back: '/products/bed' }), [303, '/products/bed#code', 'code=']);
  });

  it('fills and empties the bag', async () => {
    const { ask } = shopWith();
    const post = async (path, form, cookie) => {
      const { headers } = await ask('POST', path, { form, cookie });
      return [headers.location, headers['set-cookie']?.split(';')[0]];
    };
    assert.deepEqual(await post('/bag', { product: 'duck' }), ['/bag', 'bag=duck.1']);
    assert.deepEqual(await post('/bag', { product: 'duck', change: '-1' }, 'bag=duck.1'), ['/bag', 'bag=']);
    assert.deepEqual(await post('/bag', { product: 'cat' }), ['/bag', undefined]);
    assert.deepEqual(await post('/checkout', {}), ['/thanks', 'bag=']);
  });

  it('thanks, and says what is not there', async () => {
    const { ask, page } = shopWith();
    assert.match(await page('/thanks'), /Good human!/);
    for (const [method, path] of [
      ['GET', '/cat'],
      ['GET', '/products/cat'],
      ['POST', '/cat'],
      ['GET', '/assets/../package.json'],
      ['GET', '/assets/cat.svg'],
    ]) {
      assert.equal((await ask(method, path)).status, 404, path);
    }
    assert.equal((await ask('DELETE', '/')).status, 405);
  });

  it('lets browsers keep its files', async () => {
    const { ask } = shopWith();
    const { tag } = assets.get('shop.css');
    const kept = await ask('GET', `/assets/shop.css?${tag}`);
    assert.equal(kept.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal((await ask('GET', '/assets/shop.css')).headers['cache-control'], 'no-cache');
    assert.equal((await ask('GET', '/assets/shop.css', { knownTag: `"${tag}"` })).status, 304);
  });

  it('is healthy by itself and tells its revision', async () => {
    const { page } = shopWith({ featured: 'away' });
    assert.equal(await page('/health'), '{"status":"ok"}\n');
    assert.equal(await page('/version'), '{"service":"frontend","revision":"0123456789abcdef"}\n');
    assert.match(await page('/'), /revision 0123456789ab</);
  });
});

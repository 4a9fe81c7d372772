import { assetUrl } from './assets.js';
import { bagCookie, changeBag, cleanCode, codeCookie, readVisit } from './bag.js';
import { bagPage, problemPage, thanksPage } from './pages/bag.js';
import { layout } from './pages/layout.js';
import { listPage } from './pages/list.js';
import { productPage } from './pages/product.js';

/**
 * @typedef {{ status: number, headers: Record<string, string | string[]>, body?: string | Buffer }} Answer
 *
 * @typedef {object} Question
 * @property {string} method
 * @property {URL} url
 * @property {string | undefined} cookie
 * @property {string | undefined} knownTag The request's `if-none-match`.
 * @property {() => Promise<URLSearchParams>} readForm
 *
 * @typedef {object} ShopOptions
 * @property {Map<string, import('./products.js').Product>} products
 * @property {Map<string, import('./assets.js').Asset>} assets
 * @property {import('./discounts.js').Discounts} discounts
 * @property {string} revision
 */

/**
 * The shop's routes: `/`, `/products/:id`, `/bag`, `/assets/…`, the forms (POST `/code`, `/code/remove`, `/bag`,
 * `/checkout`), and `/health` and `/version`, which ask nobody else.
 * @param {ShopOptions} options
 * @returns {(question: Question) => Promise<Answer>}
 */
export function createShop({ products, assets, discounts, revision }) {
  /** @param {string} name */
  const asset = (name) => assetUrl(assets, name);

  return async (question) => {
    const { pathname } = question.url;
    if (pathname === '/health') return json({ status: 'ok' });
    if (pathname === '/version') return json({ service: 'frontend', revision });
    if (question.method === 'POST') return form(question);
    if (question.method !== 'GET' && question.method !== 'HEAD')
      return { status: 405, headers: { allow: 'GET, POST' } };
    if (pathname.startsWith('/assets/')) return file(pathname.slice('/assets/'.length), question);
    return page(question);
  };

  /** @param {Question} question @returns {Promise<Answer>} */
  async function page({ url, cookie }) {
    const visit = readVisit(cookie, products);
    const product = products.get(/^\/products\/([^/]+)$/.exec(url.pathname)?.[1] ?? '');
    if (url.pathname === '/') {
      const all = [...products.values()];
      return show(visit, 'Storedog – good things for good dogs', all.map(toItem), (rest) =>
        listPage({ asset, products: all, ...rest }),
      );
    }
    if (product !== undefined) {
      return show(visit, `${product.name} – Storedog`, [toItem(product)], (rest) =>
        productPage({ asset, product, ...rest }),
      );
    }
    if (url.pathname === '/bag') {
      const lines = [...visit.bag].flatMap(([id, count]) => {
        const known = products.get(id);
        return known === undefined ? [] : [{ product: known, count }];
      });
      const items = lines.map(({ product: { id, price }, count }) => ({ id, amount: price * count }));
      return show(visit, 'Your bag – Storedog', items, (rest) => bagPage({ asset, lines, ...rest }));
    }
    if (url.pathname === '/thanks') return show(visit, 'Thank you – Storedog', [], thanksPage);
    return { ...(await show(visit, 'Not found – Storedog', [], notFound)), status: 404 };
  }

  /**
   * A page with what the discounts service says about it.
   * @param {import('./bag.js').Visit} visit
   * @param {string} title
   * @param {{ id: string, amount: number }[]} items
   * @param {(rest: { code: string | undefined, outcome: import('./discounts.js').Outcome,
   *   featured: import('./discounts.js').Discount | undefined | 'away' }) => unknown} content
   * @returns {Promise<Answer>}
   */
  async function show({ bag, code }, title, items, content) {
    const [featured, outcome] = await Promise.all([discounts.featured(), discounts.apply(code, items)]);
    const bagCount = [...bag.values()].reduce((sum, count) => sum + count, 0);
    const body = layout({ asset, bagCount, featured, revision }, title, content({ code, outcome, featured }));
    return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: String(body) };
  }

  /** @param {Question} question @returns {Promise<Answer>} */
  async function form({ url, cookie, readForm }) {
    const visit = readVisit(cookie, products);
    const fields = await readForm();
    switch (url.pathname) {
      case '/code':
        return seeOther(`${ownPath(fields.get('back'))}#code`, codeCookie(cleanCode(fields.get('code') ?? '')));
      case '/code/remove':
        return seeOther(`${ownPath(fields.get('back'))}#code`, codeCookie(undefined));
      case '/bag': {
        const id = fields.get('product') ?? '';
        if (!products.has(id)) return seeOther('/bag');
        return seeOther('/bag', bagCookie(changeBag(visit.bag, id, fields.get('change') === '-1' ? -1 : 1)));
      }
      case '/checkout':
        return seeOther('/thanks', bagCookie(new Map()));
      default:
        return { ...(await show(visit, 'Not found – Storedog', [], notFound)), status: 404 };
    }
  }

  /** @param {string} name @param {Question} question @returns {Answer} */
  function file(name, { url, knownTag }) {
    const found = assets.get(name);
    if (found === undefined) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not found\n' };
    const tag = `"${found.tag}"`;
    const forEver = url.search === `?${found.tag}`;
    const headers = {
      'content-type': found.type,
      'cache-control': forEver ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: tag,
    };
    return knownTag === tag ? { status: 304, headers } : { status: 200, headers, body: found.body };
  }
}

/** @param {import('./products.js').Product} product */
function toItem({ id, price }) {
  return { id, amount: price };
}

function notFound() {
  return problemPage('Nothing to fetch here', 'We sniffed everywhere, but this page is not there.');
}

/** Where a form leads back to: a page of this shop, whatever the form says. @param {string | null} back */
function ownPath(back) {
  return /^\/([a-z0-9-]+\/?)*$/.test(back ?? '') ? back : '/';
}

/** @param {string} location @param {string} [cookie] @returns {Answer} */
function seeOther(location, cookie) {
  return { status: 303, headers: { location, ...(cookie === undefined ? {} : { 'set-cookie': cookie }) } };
}

/** @param {unknown} value @returns {Answer} */
function json(value) {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) + '\n' };
}

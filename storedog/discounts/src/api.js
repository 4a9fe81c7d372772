import { reduce } from './price.js';
import { represent } from './representation.js';

/**
 * What a route answers.
 * @typedef {{ status: number, body: unknown, headers?: Record<string, string> }} Answer
 *
 * @typedef {object} Question
 * @property {string} method
 * @property {string} path Decoded by nobody yet, without query.
 * @property {() => Promise<string>} readBody
 */

/**
 * The routes of the API.
 *
 *     GET  /discounts               { discounts: [{ code, title, percent, minimumAmount, endsAt }] }, those that hold now
 *     GET  /discounts/:code         one of them
 *     POST /discounts/:code/apply   { items: [{ id, amount }] } → { discount, amount, saving, total, items }; cents
 *     GET  /version                 { service, version, revision }
 *     GET  /health                  { status: 'ok' }
 *
 * An error is `{ error: { code, message } }`.
 * @param {{ catalogue: import('./catalogue.js').Catalogue, version: object, now?: () => Date }} options
 * @returns {(question: Question) => Promise<Answer>}
 */
export function createApi({ catalogue, version, now = () => new Date() }) {
  /** @type {[string, RegExp, (code: string, question: Question) => Answer | Promise<Answer>][]} */
  const routes = [
    ['GET', /^\/health$/, () => ok({ status: 'ok' })],
    ['GET', /^\/version$/, () => ok(version)],
    ['GET', /^\/discounts$/, () => ok({ discounts: catalogue.active(now()).map(represent) })],
    ['GET', /^\/discounts\/([^/]+)$/, (code) => withDiscount(code, (discount) => ok(represent(discount)))],
    ['POST', /^\/discounts\/([^/]+)\/apply$/, async (code, question) => apply(code, await question.readBody())],
  ];

  return async (question) => {
    const matching = routes.filter(([, pattern]) => pattern.test(question.path));
    if (matching.length === 0) return error(404, 'not-found', `there is nothing at ${question.path}`);
    const method = question.method === 'HEAD' ? 'GET' : question.method;
    const route = matching.find(([allowed]) => allowed === method);
    if (route === undefined) {
      const allow = matching.map(([allowed]) => allowed).join(', ');
      return { ...error(405, 'method-not-allowed', `use ${allow}`), headers: { allow } };
    }
    const [, pattern, handle] = route;
    return handle(pattern.exec(question.path)?.[1] ?? '', question);
  };

  /** @param {string} encoded @param {(discount: import('./catalogue.js').Discount) => Answer} then */
  function withDiscount(encoded, then) {
    const code = decode(encoded);
    const discount = code === undefined ? undefined : catalogue.find(code, now());
    return discount === undefined
      ? error(404, 'unknown-code', `there is no discount with the code ${code ?? encoded}`)
      : then(discount);
  }

  /** @param {string} encoded @param {string} body */
  function apply(encoded, body) {
    return withDiscount(encoded, (discount) => {
      const items = parseItems(body);
      if (typeof items === 'string') return error(400, 'bad-request', items);
      const reduced = reduce(discount.percent, items);
      const least = discount.minimumAmount ?? 0;
      if (reduced.amount < least) {
        return error(
          422,
          'minimum-not-reached',
          `${discount.code} is for orders of ${(least / 100).toFixed(2)} and more`,
        );
      }
      return ok({ discount: represent(discount), ...reduced });
    });
  }
}

/** @param {unknown} body @returns {Answer} */
function ok(body) {
  return { status: 200, body };
}

/** @param {number} status @param {string} code @param {string} message @returns {Answer} */
function error(status, code, message) {
  return { status, body: { error: { code, message } } };
}

/** @param {string} encoded */
function decode(encoded) {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** @param {string} body @returns {import('./price.js').Item[] | string} the items, or what is wrong with them */
function parseItems(body) {
  let parsed;
  try {
    parsed = JSON.parse(body);
  } catch {
    return 'the body should be JSON';
  }
  const items = parsed?.items;
  if (!Array.isArray(items) || items.length === 0) return 'items: should be a list with at least one entry';
  const wrong = items.findIndex(
    (item) => typeof item?.id !== 'string' || !Number.isSafeInteger(item.amount) || item.amount < 0,
  );
  return wrong === -1 ? items : `items[${wrong}]: should be { id: text, amount: cents }`;
}

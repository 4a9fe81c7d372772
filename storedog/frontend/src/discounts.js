/**
 * @typedef {{ code: string, title: string, percent: number, minimumAmount: number }} Discount
 *
 * @typedef {{ saving: number, total: number, amount: number, discount: Discount, items: Map<string, number> }} Applied
 *   Cents; `items` has what each is to cost.
 *
 * @typedef {{ kind: 'none' }
 *   | { kind: 'applied', applied: Applied }
 *   | { kind: 'unknown' }
 *   | { kind: 'refused', message: string }
 *   | { kind: 'away' }} Outcome
 *   What became of a code: there was none, it counts, nobody knows it, it does not count for this, the service is away.
 */

/** The service is away, or answers what the shop does not understand. */
class Away extends Error {}

/** What the shop asks of the discounts service. It never throws: a service that is away is an answer too. */
export class Discounts {
  #url;
  #log;
  #timeout;

  /**
   * @param {string} url where the service is
   * @param {{ log?: (entry: object) => void, timeoutMilliseconds?: number }} [options] 1500 ms by default
   */
  constructor(url, { log = () => undefined, timeoutMilliseconds = 1500 } = {}) {
    this.#url = url.replace(/\/+$/, '');
    this.#log = log;
    this.#timeout = timeoutMilliseconds;
  }

  /**
   * The discount to show on top of the shop.
   * @returns {Promise<Discount | undefined | 'away'>} undefined: there is none at the moment
   */
  async featured() {
    try {
      const { body } = await this.#ask('GET', '/discounts');
      return Array.isArray(body?.discounts) ? body.discounts.find(isDiscount) : undefined;
    } catch (error) {
      return this.#away(error);
    }
  }

  /**
   * What items cost with a code.
   * @param {string | undefined} code
   * @param {{ id: string, amount: number }[]} items
   * @returns {Promise<Outcome>}
   */
  async apply(code, items) {
    if (code === undefined || items.length === 0) return { kind: 'none' };
    try {
      const { status, body } = await this.#ask('POST', `/discounts/${encodeURIComponent(code)}/apply`, { items });
      if (status === 404) return { kind: 'unknown' };
      if (status === 422) return { kind: 'refused', message: String(body?.error?.message ?? 'it does not count here') };
      return { kind: 'applied', applied: readApplied(body) };
    } catch (error) {
      return { kind: this.#away(error) };
    }
  }

  /** @param {string} method @param {string} path @param {object} [json] */
  async #ask(method, path, json) {
    const response = await fetch(this.#url + path, {
      method,
      body: json === undefined ? undefined : JSON.stringify(json),
      headers: json === undefined ? {} : { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(this.#timeout),
    });
    const { status } = response;
    if (status !== 200 && status !== 404 && status !== 422) {
      await response.body?.cancel();
      throw new Away(`${method} ${path}: status ${status}`);
    }
    return { status, body: /** @type {any} */ (await response.json()) };
  }

  /** @param {any} error @returns {'away'} */
  #away(error) {
    const message = `discounts: ${error?.cause?.code ?? error?.message ?? error}`;
    this.#log({ time: new Date().toISOString(), level: 'warning', message });
    return 'away';
  }
}

/** @param {any} value @returns {value is Discount} */
function isDiscount(value) {
  return typeof value?.code === 'string' && typeof value.title === 'string' && typeof value.percent === 'number';
}

/** @param {any} body @returns {Applied} */
function readApplied(body) {
  const numbers = [body?.amount, body?.saving, body?.total];
  if (!numbers.every(Number.isSafeInteger) || !Array.isArray(body.items) || !isDiscount(body.discount)) {
    throw new Away('an answer that the shop does not understand');
  }
  const { amount, saving, total, discount } = body;
  const items = new Map(body.items.map((/** @type {any} */ item) => [String(item.id), Number(item.total)]));
  return { amount, saving, total, discount, items };
}

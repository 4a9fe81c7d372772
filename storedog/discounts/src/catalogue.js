/**
 * The discounts that this service knows, from its own data file.
 *
 * @typedef {object} Discount
 * @property {string} code What people type: capital letters, digits and dashes.
 * @property {string} title One line for people.
 * @property {number} percent Whole per cent off, 1 to 90.
 * @property {number} [minimumAmount] Least amount in cents that the code is good for; any amount by default.
 * @property {string} [startsAt] ISO time from which it holds; always by default.
 * @property {string} [endsAt] ISO time at which it ends; never by default.
 */

const KNOWN = new Set(['code', 'title', 'percent', 'minimumAmount', 'startsAt', 'endsAt']);

export class Catalogue {
  #discounts;

  /** @param {unknown} data the content of the data file; throws a TypeError that names the entry and what is wrong */
  constructor(data) {
    if (!Array.isArray(data)) throw new TypeError('discounts: should be a list');
    this.#discounts = data.map(checkDiscount);
    const codes = this.#discounts.map((discount) => discount.code);
    const twice = codes.find((code, index) => codes.indexOf(code) !== index);
    if (twice !== undefined) throw new TypeError(`discounts: ${twice} is there twice`);
  }

  /**
   * The discounts that hold at a moment, in the order of the file.
   * @param {Date} now
   * @returns {Discount[]}
   */
  active(now) {
    return this.#discounts.filter((discount) => holds(discount, now));
  }

  /**
   * The discount of a code that holds at a moment. Small letters and blanks around the code don't matter.
   * @param {string} code
   * @param {Date} now
   * @returns {Discount | undefined}
   */
  find(code, now) {
    const wanted = code.trim().toUpperCase();
    return this.active(now).find((discount) => discount.code === wanted);
  }
}

/** @param {Discount} discount @param {Date} now */
function holds({ startsAt, endsAt }, now) {
  return (
    (startsAt === undefined || Date.parse(startsAt) <= now.getTime()) &&
    (endsAt === undefined || now.getTime() < Date.parse(endsAt))
  );
}

/** @param {any} entry @param {number} index @returns {Discount} */
function checkDiscount(entry, index) {
  const where = `discounts[${index}]`;
  if (typeof entry !== 'object' || entry === null) throw new TypeError(`${where}: should be an object`);
  const unknown = Object.keys(entry).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) throw new TypeError(`${where}.${unknown}: no such field`);
  if (!/^[A-Z0-9][A-Z0-9-]{2,31}$/.test(entry.code ?? '')) {
    throw new TypeError(`${where}.code: should be 3 to 32 capital letters, digits and dashes, is ${entry.code}`);
  }
  if (typeof entry.title !== 'string' || entry.title === '') throw new TypeError(`${where}.title: should be a text`);
  if (!Number.isInteger(entry.percent) || entry.percent < 1 || entry.percent > 90) {
    throw new TypeError(`${where}.percent: should be a whole number from 1 to 90, is ${entry.percent}`);
  }
  if (entry.minimumAmount !== undefined && (!Number.isInteger(entry.minimumAmount) || entry.minimumAmount < 0)) {
    throw new TypeError(`${where}.minimumAmount: should be cents, is ${entry.minimumAmount}`);
  }
  for (const key of ['startsAt', 'endsAt']) {
    if (entry[key] !== undefined && Number.isNaN(Date.parse(entry[key]))) {
      throw new TypeError(`${where}.${key}: should be an ISO time, is ${entry[key]}`);
    }
  }
  return entry;
}

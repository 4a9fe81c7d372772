/**
 * @typedef {object} Product
 * @property {string} id
 * @property {string} name
 * @property {string} line A few words below the name.
 * @property {string} text What it is, for its own page.
 * @property {number} price Cents.
 * @property {string} [ribbon] A word on the picture.
 */

/**
 * The products by id, in the order of the data file.
 * @param {Product[]} data
 * @returns {Map<string, Product>}
 */
export function createProducts(data) {
  const products = new Map(data.map((product) => [product.id, product]));
  if (products.size !== data.length) throw new TypeError('products: an id is there twice');
  for (const { id, price } of data) {
    if (!/^[a-z0-9-]+$/.test(id)) throw new TypeError(`products: "${id}" is no id`);
    if (!Number.isInteger(price) || price <= 0) throw new TypeError(`products: the price of ${id} should be cents`);
  }
  return products;
}

/** Cents as people read them. @param {number} cents */
export function money(cents) {
  return `$${(cents / 100).toFixed(2)}`;
}

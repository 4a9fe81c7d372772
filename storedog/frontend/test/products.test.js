import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createProducts, money } from '../src/products.js';

const file = (name) => new URL(`../${name}`, import.meta.url);

describe('products', () => {
  it('has a picture for each product of the data file', () => {
    const products = createProducts(JSON.parse(readFileSync(file('data/products.json'), 'utf8')));
    assert.ok(products.size >= 6);
    for (const id of products.keys()) assert.ok(existsSync(file(`public/products/${id}.svg`)), `no picture of ${id}`);
  });

  it('refuses ids that are there twice or none, and prices that are no cents', () => {
    assert.throws(
      () =>
        createProducts([
          { id: 'a', price: 1 },
          { id: 'a', price: 1 },
        ]),
      /twice/,
    );
    assert.throws(() => createProducts([{ id: 'a/b', price: 1 }]), /"a\/b" is no id/);
    assert.throws(() => createProducts([{ id: 'a', price: 1.5 }]), /price of a/);
  });

  it('writes money', () => {
    assert.equal(money(890), '$8.90');
    assert.equal(money(10000), '$100.00');
  });
});

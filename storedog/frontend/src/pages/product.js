import { html } from '../html.js';
import { addButton, codeForm, price } from './parts.js';

/**
 * One product.
 * @param {object} options
 * @param {(name: string) => string} options.asset
 * @param {import('../products.js').Product} options.product
 * @param {string | undefined} options.code
 * @param {import('../discounts.js').Outcome} options.outcome of the code, for this product
 * @param {import('../discounts.js').Discount | undefined | 'away'} options.featured
 */
export function productPage({ asset, product, code, outcome, featured }) {
  const lowered = outcome.kind === 'applied' ? outcome.applied.items.get(product.id) : undefined;
  return html`<article class="wide product">
      <img src="${asset(`products/${product.id}.svg`)}" alt="" width="400" height="320" />
      <div>
        <p class="crumb"><a href="/#shop">← All products</a></p>
        <h1>${product.name}</h1>
        <p class="line">${product.line}</p>
        ${price(product.price, lowered)}
        <p>${product.text}</p>
        ${addButton(product, 'button')}
        <ul class="promises">
          <li>Free delivery from $50</li>
          <li>30 days to chew it over</li>
          <li>Tried by experts with wet noses</li>
        </ul>
      </div>
    </article>
    <div class="wide">${codeForm({ back: `/products/${product.id}`, code, outcome, featured })}</div>`;
}

import { html } from '../html.js';
import { addButton, codeForm, price } from './parts.js';

/**
 * The shop's first page.
 * @param {object} options
 * @param {(name: string) => string} options.asset
 * @param {import('../products.js').Product[]} options.products
 * @param {string | undefined} options.code
 * @param {import('../discounts.js').Outcome} options.outcome of the code, for all products
 * @param {import('../discounts.js').Discount | undefined | 'away'} options.featured
 */
export function listPage({ asset, products, code, outcome, featured }) {
  // A code for large orders counts in the bag only: the whole shop together is no order.
  const everywhere = outcome.kind === 'applied' && !(outcome.applied.discount.minimumAmount > 0);
  const lowered = everywhere ? outcome.applied.items : new Map();
  return html`<section class="hero">
      <div class="wide hero-row">
        <div>
          <h1>Good things<br />for good dogs</h1>
          <p>Toys that last, beds that hug, biscuits with five ingredients. Tried by experts with wet noses.</p>
          <a class="button" href="#shop">See what is new</a>
        </div>
        <img src="${asset('hero.svg')}" alt="" width="520" height="460" />
      </div>
    </section>
    <section class="wide" id="shop" aria-labelledby="shop-title">
      <h2 id="shop-title">Everybody’s favourites</h2>
      <ul class="grid">
        ${products.map((product) => card(product, asset, lowered.get(product.id)))}
      </ul>
      ${codeForm({ back: '/', code, outcome, featured })}
    </section>`;
}

/** @param {import('../products.js').Product} product @param {(name: string) => string} asset @param {number} [lowered] */
function card(product, asset, lowered) {
  return html`<li class="card" data-testid="product">
    <a class="card-link" href="/products/${product.id}">
      <img src="${asset(`products/${product.id}.svg`)}" alt="" width="400" height="320" />
      ${product.ribbon && html`<span class="ribbon">${product.ribbon}</span>`}
      <h3>${product.name}</h3>
    </a>
    <p class="line">${product.line}</p>
    <div class="card-foot">${price(product.price, lowered)} ${addButton(product, 'small')}</div>
  </li>`;
}

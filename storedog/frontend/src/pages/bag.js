import { html } from '../html.js';
import { money } from '../products.js';
import { codeForm } from './parts.js';

const FREE_DELIVERY_FROM = 5000;
const DELIVERY = 490;

/**
 * What is in the bag and what it costs.
 * @param {object} options
 * @param {(name: string) => string} options.asset
 * @param {{ product: import('../products.js').Product, count: number }[]} options.lines
 * @param {string | undefined} options.code
 * @param {import('../discounts.js').Outcome} options.outcome of the code, for these lines
 * @param {import('../discounts.js').Discount | undefined | 'away'} options.featured
 */
export function bagPage({ asset, lines, code, outcome, featured }) {
  if (lines.length === 0) {
    return html`<section class="wide middle">
      <h1>Your bag is empty</h1>
      <p>Somebody is looking at you with big eyes.</p>
      <a class="button" href="/#shop">Find them something</a>
    </section>`;
  }
  const amount = lines.reduce((sum, { product, count }) => sum + product.price * count, 0);
  const saving = outcome.kind === 'applied' ? outcome.applied.saving : 0;
  const delivery = amount - saving >= FREE_DELIVERY_FROM ? 0 : DELIVERY;
  return html`<section class="wide bag" aria-labelledby="bag-title">
    <h1 id="bag-title">Your bag</h1>
    <div class="bag-row">
      <ul class="lines">
        ${lines.map((line) => bagLine(line, asset))}
      </ul>
      <aside class="sums" aria-label="What it costs">
        <dl>
          <div>
            <dt>Things</dt>
            <dd data-testid="subtotal">${money(amount)}</dd>
          </div>
          ${
            saving > 0 &&
            html`<div class="saved">
              <dt>Code ${code}</dt>
              <dd data-testid="saving">−${money(saving)}</dd>
            </div>`
          }
          <div>
            <dt>Delivery</dt>
            <dd>${delivery === 0 ? 'free' : money(delivery)}</dd>
          </div>
          <div class="total">
            <dt>Total</dt>
            <dd data-testid="total">${money(amount - saving + delivery)}</dd>
          </div>
        </dl>
        <form method="post" action="/checkout"><button type="submit" class="button">Check out</button></form>
      </aside>
    </div>
    ${codeForm({ back: '/bag', code, outcome, featured })}
  </section>`;
}

/** @param {{ product: import('../products.js').Product, count: number }} line @param {(name: string) => string} asset */
function bagLine({ product, count }, asset) {
  return html`<li data-testid="bag-line">
    <img src="${asset(`products/${product.id}.svg`)}" alt="" width="120" height="96" />
    <div>
      <a href="/products/${product.id}">${product.name}</a>
      <p class="line">${money(product.price)} each</p>
    </div>
    <form method="post" action="/bag" class="count-form">
      <input type="hidden" name="product" value="${product.id}" />
      <button name="change" value="-1" class="plain" aria-label="One ${product.name} less">−</button>
      <span aria-label="How many">${count}</span>
      <button name="change" value="1" class="plain" aria-label="One ${product.name} more">+</button>
    </form>
    <strong>${money(product.price * count)}</strong>
  </li>`;
}

/** What comes after "Check out". */
export function thanksPage() {
  return html`<section class="wide middle">
    <h1>Good human!</h1>
    <p>This is a sample shop: nothing was ordered and nobody pays. The tail wags all the same.</p>
    <a class="button" href="/">Back to the shop</a>
  </section>`;
}

/** @param {string} title @param {string} text */
export function problemPage(title, text) {
  return html`<section class="wide middle">
    <h1>${title}</h1>
    <p>${text}</p>
    <a class="button" href="/">Back to the shop</a>
  </section>`;
}

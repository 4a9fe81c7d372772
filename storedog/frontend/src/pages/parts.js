import { html } from '../html.js';
import { money } from '../products.js';

/**
 * A price, with what it was before when a code lowers it.
 * @param {number} before cents
 * @param {number | undefined} now cents
 */
export function price(before, now) {
  if (now === undefined || now >= before)
    return html`<p class="price"><span data-testid="price">${money(before)}</span></p>`;
  return html`<p class="price lowered">
    <span class="sr">now</span> <span data-testid="price">${money(now)}</span>
    <s><span class="sr">before</span> <span data-testid="price-before">${money(before)}</span></s>
  </p>`;
}

/**
 * The form for a code, and what became of the last one.
 * @param {object} options
 * @param {string} options.back the page to come back to
 * @param {string | undefined} options.code
 * @param {import('../discounts.js').Outcome} options.outcome
 * @param {import('../discounts.js').Discount | undefined | 'away'} options.featured
 */
export function codeForm({ back, code, outcome, featured }) {
  const hint = typeof featured === 'object' ? featured.code : 'YOURCODE';
  const counts = outcome.kind === 'applied';
  return html`<section class="code" id="code" aria-labelledby="code-title">
    <div>
      <h2 id="code-title">Got a code?</h2>
      <p>Type it in and watch the prices drop, on everything you see.</p>
    </div>
    <div>
      <form method="post" action="/code" class="code-form">
        <label class="sr" for="code-field">Discount code</label>
        <input
          id="code-field"
          name="code"
          value="${code}"
          placeholder="${hint}"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck="false"
          maxlength="40"
          required
          aria-describedby="code-note"
          ${outcome.kind === 'unknown' ? html`aria-invalid="true"` : ''}
        />
        <input type="hidden" name="back" value="${back}" />
        <button type="submit">Apply</button>
        ${code !== undefined && html`<button type="submit" class="plain" formaction="/code/remove" formnovalidate>Remove</button>`}
      </form>
      <p
        id="code-note"
        class="note ${counts ? 'good' : outcome.kind === 'none' ? '' : 'bad'}"
        role="status"
        data-testid="code-note"
      >
        ${note(outcome, code)}
      </p>
    </div>
  </section>`;
}

/** @param {import('../discounts.js').Outcome} outcome @param {string | undefined} code */
function note(outcome, code) {
  switch (outcome.kind) {
    case 'applied': {
      const { title, minimumAmount } = outcome.applied.discount;
      const from = minimumAmount > 0 ? `, for orders from ${money(minimumAmount)}` : '';
      return `${code} counts: ${title}${from}.`;
    }
    case 'unknown':
      return `We do not know the code ${code}. Is it spelled right?`;
    case 'refused':
      return `${outcome.message}.`;
    case 'away':
      return 'Codes are having a nap. We keep yours and try again with the next page.';
    default:
      return 'One code per order.';
  }
}

/** @param {import('../products.js').Product} product @param {string} className */
export function addButton(product, className) {
  return html`<form method="post" action="/bag">
    <input type="hidden" name="product" value="${product.id}" />
    <button type="submit" class="${className}" aria-label="Add ${product.name} to the bag">Add to bag</button>
  </form>`;
}

import { html } from '../html.js';

/**
 * What all pages have around them.
 * @typedef {object} Frame
 * @property {(name: string) => string} asset
 * @property {number} bagCount
 * @property {import('../discounts.js').Discount | undefined | 'away'} featured
 * @property {string} revision
 */

/**
 * @param {Frame} frame
 * @param {string} title
 * @param {unknown} content
 */
export function layout({ asset, bagCount, featured, revision }, title, content) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="Storedog: honest things for dogs and the people they own." />
        <meta name="theme-color" content="#17453b" />
        <title>${title}</title>
        <link rel="icon" type="image/svg+xml" href="${asset('mark.svg')}" />
        <link rel="stylesheet" href="${asset('shop.css')}" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        ${banner(featured)}
        <header class="top">
          <div class="wide top-row">
            <a class="brand" href="/"><img src="${asset('mark.svg')}" alt="" width="40" height="40" />Storedog</a>
            <nav aria-label="Main">
              <a href="/#shop">Shop</a>
              <a href="/#code">Codes</a>
              <a class="bag-link" href="/bag">Bag <span class="count" data-testid="bag-count">${bagCount}</span></a>
            </nav>
          </div>
        </header>
        <main id="content">${content}</main>
        <footer class="bottom">
          <div class="wide bottom-row">
            <p><strong>Storedog</strong><br />Honest things for dogs and the people they own.</p>
            <p>Free delivery from $50<br />30 days to chew it over</p>
            <p>A sample shop: nothing is sold here.<br /><small>revision ${revision.slice(0, 12)}</small></p>
          </div>
        </footer>
      </body>
    </html> `;
}

/** @param {Frame['featured']} featured */
function banner(featured) {
  if (featured === 'away') {
    return html`<p class="banner quiet" data-testid="banner-away">Our codes are having a nap. Prices are as shown.</p>`;
  }
  if (featured === undefined) return html`<p class="banner quiet">Free delivery on orders from $50</p>`;
  return html`<p class="banner" data-testid="banner">
    <span>${featured.title}</span>
    <a href="/#code" class="ticket">with code <strong data-testid="discount-code">${featured.code}</strong></a>
  </p>`;
}

/**
 * What a visitor has chosen, kept in two cookies: the bag (`duck.2_bed.1`) and the code. The server remembers nothing.
 *
 * @typedef {object} Visit
 * @property {Map<string, number>} bag How many of which product.
 * @property {string | undefined} code
 */

const MOST = 20;
const LONGEST_CODE = 40;

/**
 * @param {string | undefined} header the request's `cookie` header
 * @param {Map<string, unknown>} products what is for sale; anything else is left out
 * @returns {Visit}
 */
export function readVisit(header, products) {
  const cookies = new Map(
    (header ?? '').split(';').map((pair) => {
      const [name = '', ...value] = pair.trim().split('=');
      return [name, value.join('=')];
    }),
  );
  const bag = new Map();
  for (const entry of (cookies.get('bag') ?? '').split('_')) {
    const [id = '', count] = entry.split('.');
    if (products.has(id) && /^[1-9]\d?$/.test(count ?? '')) bag.set(id, Math.min(Number(count), MOST));
  }
  return { bag, code: cleanCode(cookies.get('code') ?? '') };
}

/** A code as it may be sent on; undefined when nothing of it is left. @param {string} typed */
export function cleanCode(typed) {
  const code = typed
    .toUpperCase()
    .replace(/[^A-Z0-9-]/g, '')
    .slice(0, LONGEST_CODE);
  return code === '' ? undefined : code;
}

/** @param {Map<string, number>} bag @param {string} id @param {number} change */
export function changeBag(bag, id, change) {
  const changed = new Map(bag);
  const count = Math.min((bag.get(id) ?? 0) + change, MOST);
  if (count > 0) changed.set(id, count);
  else changed.delete(id);
  return changed;
}

/** @param {Map<string, number>} bag @returns {string} a `set-cookie` header */
export function bagCookie(bag) {
  return cookie('bag', [...bag].map(([id, count]) => `${id}.${count}`).join('_'));
}

/** @param {string | undefined} code @returns {string} a `set-cookie` header */
export function codeCookie(code) {
  return cookie('code', code ?? '');
}

/** @param {string} name @param {string} value */
function cookie(name, value) {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${value === '' ? 0 : 604800}`;
}

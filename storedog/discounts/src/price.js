/**
 * @typedef {object} Item
 * @property {string} id
 * @property {number} amount Cents.
 *
 * @typedef {object} Reduced
 * @property {number} amount Sum before, in cents.
 * @property {number} saving What the code takes off, in cents.
 * @property {number} total What is left to pay, in cents.
 * @property {{ id: string, amount: number, saving: number, total: number }[]} items
 */

/**
 * What items cost with so many per cent off. Each item's saving is rounded down to a whole cent, so that the sum of
 * what people see is what they pay.
 * @param {number} percent
 * @param {Item[]} items
 * @returns {Reduced}
 */
export function reduce(percent, items) {
  const reduced = items.map(({ id, amount }) => {
    const saving = Math.floor((amount * percent) / 100);
    return { id, amount, saving, total: amount - saving };
  });
  /** @param {'amount' | 'saving' | 'total'} key */
  const sum = (key) => reduced.reduce((all, item) => all + item[key], 0);
  return { amount: sum('amount'), saving: sum('saving'), total: sum('total'), items: reduced };
}

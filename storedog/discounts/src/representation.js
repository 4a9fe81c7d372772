/**
 * A discount as this API shows it. Other services read these names.
 * @param {import('./catalogue.js').Discount} discount
 */
export function represent(discount) {
  return {
    code: discount.code,
    title: discount.title,
    percent: discount.percent,
    minimumAmount: discount.minimumAmount ?? 0,
    endsAt: discount.endsAt ?? null,
  };
}

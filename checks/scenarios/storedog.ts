import type { Scenario } from '../scenario';

const cents = (text: string | null): number => Math.round(Number((text ?? '').replace(/[^\d.]/g, '')) * 100);

/** What a visitor of the Storedog shop must be able to do before a release may go on. */
const storedog: Scenario = async ({ page, step, urls, expect }) => {
  const products = page.getByTestId('product');
  const shownCode = page.getByTestId('discount-code');
  const firstPrice = products.first().getByTestId('price');
  let code = '';
  let fullPrice = 0;

  await step('the shop lists products with pictures and prices', async () => {
    await page.goto('/');
    await expect.poll(() => products.count(), 'the number of products').toBeGreaterThan(3);
    await expect(products.locator('img'), 'the pictures of the products').toHaveLoaded();
    await expect(firstPrice, 'the price of the first product').toHaveText(/^\$\d+\.\d\d$/);
    fullPrice = cents(await firstPrice.textContent());
  });

  await step('the shop shows a discount code', async () => {
    await expect(shownCode, 'the discount code').toHaveText(/^[A-Z0-9-]{3,}$/);
    code = ((await shownCode.textContent()) ?? '').trim();
  });

  await step('the discounts service knows that code', async () => {
    const answer = await page.request.get(new URL(`/discounts/${code}`, urls['discounts']).href);
    expect(answer.status(), `the discounts service's status for ${code}`).toBe(200);
  });

  await step('the code lowers the price', async () => {
    await page.getByLabel('Discount code').fill(code);
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect
      .poll(async () => cents(await firstPrice.textContent()), 'the price of the first product in cents')
      .toBeLessThan(fullPrice);
    await expect(products.first().getByTestId('price-before'), 'the price before').toBeVisible();
  });

  await step('the bag takes off the same code', async () => {
    await products.first().getByRole('button', { name: /bag/ }).click();
    await expect(page.getByTestId('bag-line'), 'the line in the bag').toHaveCount(1);
    await expect(page.getByTestId('saving'), 'what the code saves').toBeVisible();
  });
};

export default storedog;

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runCheck } from '../../checks/container';
import { docker } from '../../clients/docker/docker';
import { labels } from '../../clients/docker/labels';
import { projectRoot } from '../../base/paths';
import { foundImages } from '../../stacks/images';
import { runningShop, stopShops } from '../storedog/running';
import { cleanUp, temporaryFolder } from './fixtures';

const scenario = fs.readFileSync(path.join(projectRoot, 'checks', 'scenarios', 'storedog.ts'), 'utf8');
const viewports = [
  { name: 'desktop', width: 1280, height: 800 },
  { name: 'mobile', width: 390, height: 844 },
];

const instance = `sluice-test-${process.pid}`;

/** In the tools image, on this machine's engine. */
describe('browser check against the real shop', function () {
  this.timeout(180_000);
  afterEach(async () => {
    cleanUp();
    await stopShops();
  });

  async function check(urls: Record<string, string>, settings: object, timeLimitSeconds = 120) {
    const folder = temporaryFolder();
    const verdict = await runCheck({
      check: { name: 'shop', type: 'browser', environment: 'here', candidate: {}, urls, settings, timeLimitSeconds },
      image: foundImages()['tools'] ?? '',
      // The shop runs on this machine, outside any container.
      network: 'host',
      instance,
      evidencePath: 'shop',
      localFolder: folder,
      log: () => undefined,
    });
    return { verdict, size: (file: string) => fs.statSync(path.join(folder, file)).size };
  }

  it('passes on a desktop and a phone, with pictures', async () => {
    const shop = await runningShop();
    const { verdict, size } = await check(shop.urls, { scenario, viewports });
    assert.equal(verdict.verdict, 'pass', verdict.summary);
    assert.equal(verdict.steps.length, 10);
    for (const { screenshot } of verdict.steps) assert.ok(size(screenshot ?? '') > 10_000);
  });

  it('fails when the discounts service is away, with a picture that shows it and a trace', async () => {
    const shop = await runningShop({ discounts: false });
    const { verdict, size } = await check(shop.urls, { scenario });
    assert.equal(verdict.verdict, 'fail');
    assert.match(
      verdict.summary,
      /^step "the shop shows a discount code": expected the discount code .*, seen nothing that matches for 5 s \(at http.*\); screenshot 02-desktop-/,
    );
    assert.ok(size(verdict.steps.at(-1)?.screenshot ?? '') > 10_000);
    assert.ok(size('trace-desktop.zip') > 10_000);
  });

  it('fails when a picture does not load or a button is not there', async () => {
    const shop = await runningShop();
    const broken = (body: string) => `export default async ({ page, step, expect }) => {
      await page.route('**/duck.svg*', (route) => route.abort());
      await step('opens', async () => { await page.goto('/'); ${body} });
    };`;
    const pictures = await check(shop.urls, {
      scenario: broken("await expect(page.getByTestId('product').locator('img')).toHaveLoaded();"),
    });
    assert.equal(pictures.verdict.verdict, 'fail');
    assert.match(pictures.verdict.summary, /not loaded: http[^ ]*duck\.svg/);
    const button = await check(shop.urls, {
      scenario: broken("await page.getByRole('button', { name: 'Bark' }).click({ timeout: 500 });"),
    });
    assert.equal(button.verdict.verdict, 'fail');
    assert.match(button.verdict.summary, /Waited for getByRole\('button', \{ name: 'Bark' \}\)/);
  });

  it('could not tell when nobody answers', async () => {
    const { verdict } = await check({ frontend: 'http://127.0.0.1:1' }, { scenario });
    assert.equal(verdict.verdict, 'unknown');
    assert.match(verdict.summary, /net::ERR_/);
  });

  it('could not tell when the scenario never yields, and leaves no container behind', async () => {
    const endless = "export default async ({ step }) => { await step('spins', () => { for (;;); }); };";
    const { verdict } = await check({ frontend: 'http://127.0.0.1:1' }, { scenario: endless }, 8);
    assert.equal(verdict.verdict, 'unknown');
    assert.equal(verdict.summary, 'it did not end within 8 s and had to be killed');
    const { stdout } = await docker(['ps', '--all', '--quiet', '--filter', `label=${labels.instance}=${instance}`]);
    assert.equal(stdout, '');
  });
});

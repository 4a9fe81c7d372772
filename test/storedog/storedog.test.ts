import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { projectRoot } from '../../base/paths';
import { runningShop, stopShops } from './running';

const folder = (service: string) => path.join(projectRoot, 'storedog', service);

describe('storedog', function () {
  this.timeout(120_000);
  afterEach(stopShops);

  for (const service of ['discounts', 'frontend']) {
    it(`passes its own unit tests: ${service}`, async () => {
      // A test run inside another one would report to it instead of ending by itself.
      const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
      const child = spawn(process.execPath, ['--test'], { cwd: folder(service), env });
      const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
      const [out, code] = await Promise.all([text(child.stdout), ended]);
      assert.equal(code, 0, out);
      assert.match(out, /^# pass [1-9]\d*$|^ℹ pass [1-9]\d*$/m, 'no test ran');
    });

    it(`has no dependency and knows nothing of its pipeline: ${service}`, () => {
      const own = JSON.parse(fs.readFileSync(path.join(folder(service), 'package.json'), 'utf8')) as object;
      assert.equal('dependencies' in own || 'devDependencies' in own, false);
      for (const file of fs.readdirSync(folder(service), { recursive: true, encoding: 'utf8' })) {
        const full = path.join(folder(service), file);
        if (fs.statSync(full).isFile()) assert.doesNotMatch(fs.readFileSync(full, 'utf8'), /sluice|drone/i, file);
      }
    });
  }

  it('runs as a shop: the code of the discounts service lowers the prices, and SIGTERM ends both with exit code 0', async () => {
    const shop = await runningShop();
    const page = async (cookie = '') => (await fetch(shop.urls.frontend, { headers: { cookie } })).text();
    const prices = (html: string) =>
      [...html.matchAll(/data-testid="price">\$([\d.]+)</g)].map((match) => Number(match[1]));
    const full = await page();
    const code = /data-testid="discount-code"[^>]*>([^<]*)</.exec(full)?.[1]?.trim() ?? '';
    assert.match(code, /^[A-Z0-9-]+$/);
    const lowered = prices(await page(`code=${code}`));
    assert.ok(lowered.length > 3);
    prices(full).forEach((price, index) => assert.ok((lowered[index] ?? price) < price));
    assert.deepEqual(await shop.stop(), { frontend: 0, discounts: 0 });
  });

  it('has a health check that tells a service that answers from one that is gone', async () => {
    const shop = await runningShop();
    const marks = fs.mkdtempSync(path.join(os.tmpdir(), 'storedog-'));
    const check = async (service: 'discounts' | 'frontend'): Promise<number | null> => {
      const env = { ...process.env, PORT: new URL(shop.urls[service]).port, WELL_FILE: path.join(marks, service) };
      const child = spawn('bash', ['src/healthcheck.sh'], { cwd: folder(service), env, stdio: 'ignore' });
      return new Promise((resolve) => child.on('close', resolve));
    };
    assert.deepEqual([await check('discounts'), await check('frontend')], [0, 0]);
    assert.deepEqual(fs.readdirSync(marks), ['discounts', 'frontend']);
    await shop.stop();
    assert.deepEqual([await check('discounts'), await check('frontend')], [1, 1]);
    fs.rmSync(marks, { recursive: true });
  });

  it('sells without the discounts service', async () => {
    const shop = await runningShop({ discounts: false });
    const response = await fetch(shop.urls.frontend);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /data-testid="banner-away"/);
    assert.equal((await fetch(`${shop.urls.frontend}/health`)).status, 200);
  });
});

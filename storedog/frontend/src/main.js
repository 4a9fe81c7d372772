import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAssets } from './assets.js';
import { Discounts } from './discounts.js';
import { createProducts } from './products.js';
import { createService } from './service.js';
import { createShop } from './shop.js';
import { stopGracefully } from './stop.js';

/** @param {object} entry */
const log = (entry) => process.stdout.write(JSON.stringify(entry) + '\n');
/** @param {string} message */
const say = (message) => log({ time: new Date().toISOString(), level: 'info', message });

const port = Number(process.env.PORT ?? 8080);
const host = process.env.HOST ?? '0.0.0.0';
const stopSeconds = Number(process.env.STOP_SECONDS ?? 10);
const revision = process.env.REVISION ?? 'unknown';
const discountsUrl = process.env.DISCOUNTS_URL ?? 'http://discounts';

const shop = createShop({
  products: createProducts(JSON.parse(readFileSync(new URL('../data/products.json', import.meta.url), 'utf8'))),
  assets: readAssets(fileURLToPath(new URL('../public', import.meta.url))),
  discounts: new Discounts(discountsUrl, { log }),
  revision,
});
const server = createService(shop, { log, headers: { 'x-revision': revision } });
server.listen(port, host, () =>
  say(`the shop answers at ${host}:${server.address().port}, codes from ${discountsUrl}`),
);

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    say(`${signal}: finishing what is under way`);
    const inTime = await stopGracefully(server, stopSeconds * 1000);
    say(inTime ? 'stopped' : `stopped; what took longer than ${stopSeconds} s was cut off`);
    process.exit(0);
  });
}

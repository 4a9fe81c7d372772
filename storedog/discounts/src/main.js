import { readFileSync } from 'node:fs';
import { createApi } from './api.js';
import { Catalogue } from './catalogue.js';
import { createService } from './service.js';
import { stopGracefully } from './stop.js';

/** @param {string} name */
const readJson = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
/** @param {object} entry */
const log = (entry) => process.stdout.write(JSON.stringify(entry) + '\n');
/** @param {string} message */
const say = (message) => log({ time: new Date().toISOString(), level: 'info', message });

const port = Number(process.env.PORT ?? 8080);
const host = process.env.HOST ?? '0.0.0.0';
const stopSeconds = Number(process.env.STOP_SECONDS ?? 10);
const version = {
  service: 'discounts',
  version: readJson('../package.json').version,
  revision: process.env.REVISION ?? 'unknown',
};

const catalogue = new Catalogue(readJson('../data/discounts.json'));
const server = createService(createApi({ catalogue, version }), { log, headers: { 'x-revision': version.revision } });
server.listen(port, host, () => say(`discounts answers at ${host}:${server.address().port}`));

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    say(`${signal}: finishing what is under way`);
    const inTime = await stopGracefully(server, stopSeconds * 1000);
    say(inTime ? 'stopped' : `stopped; what took longer than ${stopSeconds} s was cut off`);
    process.exit(0);
  });
}

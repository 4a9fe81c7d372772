import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { page } from './page.js';
import { ask } from './store.js';

const { STORE = 'store:7000', TITLE = 'Guestbook' } = process.env;
const greeting = readFileSync('greeting.txt', 'utf8').trim();

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://web');
  try {
    if (pathname === '/sign') await ask(STORE, `ADD ${searchParams.get('name') ?? 'nobody'}`);
    const entries = (await ask(STORE, 'LIST')).split('\n').filter((entry) => entry !== '');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page({ title: TITLE, greeting, entries }));
  } catch (error) {
    console.error(error);
    response.writeHead(503).end('the store does not answer');
  }
});
server.listen(3000);
process.once('SIGTERM', () => server.close(() => process.exit(0)));

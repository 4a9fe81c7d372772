import { createServer } from 'node:http';
import { page } from './page.js';

/** Inside an environment every service goes by its name. */
const api = process.env.API_URL ?? 'http://api';

const server = createServer(async ({ url = '/' }, response) => {
  if (url === '/health') return void response.end('ok');
  if (url !== '/') return void response.writeHead(404).end('not found');
  try {
    const { posts } = await (await fetch(`${api}/posts`)).json();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(posts));
  } catch (error) {
    response.writeHead(502).end(`the posts could not be fetched: ${error}`);
  }
});
server.listen(Number(process.env.PORT ?? 8080));
process.once('SIGTERM', () => server.close(() => process.exit(0)));

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { readPosts } from './posts.js';

const posts = readPosts(readFileSync(new URL('../data/posts.json', import.meta.url), 'utf8'));
const answers = { '/posts': { posts }, '/health': { status: 'ok' } };

const server = createServer(({ url = '/' }, response) => {
  const answer = answers[url];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer ?? { error: 'not found' }));
});
server.listen(Number(process.env.PORT ?? 8080));
process.once('SIGTERM', () => server.close(() => process.exit(0)));

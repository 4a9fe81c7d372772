// A release for tests: answers with its name. FAILS: every answer is 500, or the status that it names. SLOW: milliseconds per answer.
// EXITS: it ends at once. ILL: its health check, on 8079, fails. WATCHED: /watched answers with 500, else 200. DROPS: a few times a second
// it closes a connection that it kept, when the next request comes. PORT and HOST: where it listens, 8080 on all addresses by default.
// LATE: milliseconds until it does. BANNER: it says this there first, and no HTTP. SHY: it hangs up on what a proxy has sent. ?ms=N takes N
// milliseconds; /stream begins its answer before those; /download sends a line every 100 ms for 2 s; a request with "Upgrade: websocket" gets a connection that echoes, and
// ends with the last request when it is told to stop.
const { createHash } = require('node:crypto');
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { setTimeout: wait } = require('node:timers/promises');
const { URL } = require('node:url');
const {
  NAME = '',
  FAILS,
  SLOW = '0',
  EXITS,
  ILL,
  WATCHED,
  DROPS,
  PORT = '8080',
  HOST,
  LATE = '0',
  BANNER,
  SHY,
} = process.env;
const kept = new WeakSet();
let dropped = 0;
if (EXITS) {
  console.error('no database: giving up');
  process.exit(3);
}
let open = 0;
let stopping = false;
const upgraded = new Set();
const endWhenDone = () => stopping && open === 0 && upgraded.forEach((socket) => socket.destroy());
const server = http.createServer(async (request, response) => {
  open++;
  response.on('close', () => {
    open--;
    endWhenDone();
  });
  const { pathname, searchParams } = new URL(request.url, 'http://shop');
  if (pathname === '/health') {
    response.writeHead(ILL ? 503 : 200).end();
    return;
  }
  if (pathname === '/watched') {
    response.writeHead(WATCHED ? 500 : 200).end();
    return;
  }
  if (SHY && request.headers['x-forwarded-for']) return void request.socket.destroy();
  if (DROPS && kept.has(request.socket) && Date.now() - dropped > 200) {
    dropped = Date.now();
    request.socket.destroy();
    return;
  }
  kept.add(request.socket);
  if (pathname === '/upload') await once(request.resume(), 'end');
  if (pathname === '/stream') response.write('begun ');
  await wait(Number(SLOW) + Number(searchParams.get('ms') ?? 0));
  if (!response.headersSent)
    response.writeHead(FAILS ? Math.max(500, Number(FAILS)) : 200, { 'content-type': 'text/plain' });
  if (pathname === '/download') for (let i = 0; i < 20; i++) (response.write(`${i}\n`), await wait(100));
  response.end(NAME);
});
server.keepAliveTimeout = 120_000;
server.on('upgrade', (request, socket) => {
  upgraded.add(socket);
  socket.on('close', () => upgraded.delete(socket));
  // RFC 6455, section 4.2.2.
  const accepted = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'];
  socket.write([...head, `Sec-WebSocket-Accept: ${accepted}`, '\r\n'].join('\r\n'));
  socket.on('data', (data) => socket.write(data)).on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
});
// What the health check asks, wherever the rest listens, and when.
http.createServer((_request, response) => response.writeHead(ILL ? 503 : 200).end()).listen(8079, '127.0.0.1');
if (BANNER)
  net.createServer((socket) => socket.on('error', () => socket.destroy()).write(`${BANNER}\r\n`)).listen(8080);
else wait(Number(LATE)).then(() => server.listen(Number(PORT), HOST, () => console.log(`${NAME} listens`)));
// Ends what it has, as a well-behaved program does.
process.on('SIGTERM', () => {
  stopping = true;
  server.close(() => process.exit(0));
  endWhenDone();
});

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

const file = '/data/entries.txt';

// One line is one question: "ADD text" or "LIST".
const server = createServer({ allowHalfOpen: true }, (socket) => {
  let question = '';
  socket.on('error', () => socket.destroy());
  socket.on('data', (data) => (question += data));
  socket.on('end', () => {
    const [, text] = /^ADD (.*)\n$/.exec(question) ?? [];
    if (text !== undefined) appendFileSync(file, `${text}\n`);
    socket.end(question === 'LIST\n' && existsSync(file) ? readFileSync(file, 'utf8') : '');
  });
});
server.listen(7000);
process.once('SIGTERM', () => server.close(() => process.exit(0)));

import { createHash } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { undo } from './fixtures';

/**
 * The side of Datadog's tunnel service that datadog-ci meets first: it takes the WebSocket and says which tunnel it is (RFC 6455:
 * one unmasked text frame). No browser of Datadog's ever comes through it.
 */
export async function fakeTunnel(info: {
  host: string;
  id: string;
}): Promise<{ url: string; isClosed: () => boolean }> {
  let closed = false;
  const server = http.createServer();
  server.on('upgrade', (request: http.IncomingMessage, socket: Socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const text = Buffer.from(JSON.stringify(info));
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
    socket.on('data', (frame: Buffer) => {
      if (((frame[0] ?? 0) & 0x0f) !== 8) return;
      closed = true;
      socket.end(Buffer.from([0x88, 0]));
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo(() => server.close());
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, isClosed: () => closed };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';

/** Run inside: hands what comes to a socket file over to a port there. */
const inside = `const net = require('node:net');
const [, file, port] = process.argv;
net.createServer((from) => {
  const to = net.connect(Number(port), '127.0.0.1');
  for (const [one, other] of [[from, to], [to, from]]) one.pipe(other), one.on('error', () => other.destroy());
}).listen(file, () => console.log('open'));`;

/** A port of this machine behind which is a port of a network that the machine has no way into. */
export class Door {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly server: net.Server,
    private readonly file: string,
  ) {}

  /** @param file the socket that connects both sides */
  static async make(file: string): Promise<Door> {
    const server = net.createServer((from) => {
      const to = net.connect(file);
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        one.pipe(other);
        one.on('error', () => other.destroy());
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Door(server, file);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  /** From now on leads to this port. @param process one that is in that network */
  async leadTo(process: string, port: string): Promise<void> {
    await this.shut();
    this.child = spawn('nsenter', ['--target', process, '--net', 'node', '-e', inside, this.file, port], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(this.child.stdout ?? this.child, 'data');
  }

  private async shut(): Promise<void> {
    if (this.child !== undefined) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    fs.rmSync(this.file, { force: true });
  }

  async end(): Promise<void> {
    await this.shut();
    this.server.close();
  }
}

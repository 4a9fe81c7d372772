import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import * as net from 'node:net';

/** By which a release can tell who asks. */
const headers = { 'user-agent': 'sluice-load' };

/** What people got while a load ran. */
export interface Lost {
  /** Requests that have ended. */
  requests: number;
  /** What went wrong, each once: a status of 500 and above, a connection that broke. */
  failures: Record<string, number>;
  /** The same one by one: `2026-03-01T12:00:00.000Z status 503 after 12 ms`; no more than a hundred. */
  moments: string[];
}

/** How people ask. */
export interface LoadOptions {
  perSecond: number;
  /** How long slow requests take, `?ms=` of the shop; 0: none is slow. */
  slowMilliseconds: number;
  /** Statuses that count as answers nevertheless: of a release that is to be found bad. */
  failing?: readonly number[];
}

/** Which of forty requests are slow: one over a connection that is kept, one over a new one. */
const slowTurns = [0, 21];

/** How often requests that are due are sent. */
const tickMilliseconds = 5;

/**
 * People who ask for a page all the time: half over connections that they keep, half over new ones; one in twenty for a slow
 * one, of these too half over each. They do not wait for one another: what is due is sent, however long others take.
 */
export class Load {
  readonly lost: Lost = { requests: 0, failures: {}, moments: [] };
  /** Milliseconds from the moment in which an ordinary request was due to the end of its answer, of those that got one. */
  readonly latencies: number[] = [];
  // An idle connection is given up before the edge does so (60 s), as browsers do: there is no telling who was first.
  private readonly keeping = new http.Agent({ keepAlive: true, timeout: 30_000 });
  private readonly open = new Set<Promise<void>>();
  private readonly began = performance.now();
  private readonly timer: NodeJS.Timeout;
  private count = 0;

  constructor(
    private readonly url: () => string,
    private readonly o: LoadOptions,
  ) {
    this.timer = setInterval(() => this.sendDue(), tickMilliseconds);
  }

  private sendDue(): void {
    const due = ((performance.now() - this.began) / 1000) * this.o.perSecond;
    while (this.count < due) this.next();
  }

  private next(): void {
    const turn = this.count++;
    const slow = this.o.slowMilliseconds > 0 && slowTurns.includes(turn % 40);
    const due = this.began + (turn * 1000) / this.o.perSecond;
    const path = slow ? `/?ms=${this.o.slowMilliseconds}` : '/';
    const request = this.ask(path, turn % 2 === 0 ? this.keeping : new http.Agent())
      .then((answered) => {
        if (answered && !slow) this.latencies.push(performance.now() - due);
      })
      .finally(() => this.open.delete(request));
    this.open.add(request);
  }

  /** @returns whether there was an answer */
  private async ask(path: string, agent: http.Agent): Promise<boolean> {
    const asked = performance.now();
    const problem = await new Promise<string | undefined>((resolve) => {
      const request = http.get(`${this.url()}${path}`, { agent, headers, timeout: 30_000 }, (response) => {
        const status = response.statusCode ?? 0;
        response.on('end', () =>
          resolve(status < 500 || this.o.failing?.includes(status) === true ? undefined : `status ${status}`),
        );
        response.on('error', (error) => resolve(`in the answer: ${error.message}`));
        response.resume();
      });
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.on('error', (error: NodeJS.ErrnoException) =>
        resolve(`${error.code ?? error.message}${request.reusedSocket ? ' on a kept connection' : ''}`),
      );
    });
    this.lost.requests++;
    if (problem === undefined) return true;
    this.lost.failures[problem] = (this.lost.failures[problem] ?? 0) + 1;
    if (this.lost.moments.length < 100) {
      const took = Math.round(performance.now() - asked);
      this.lost.moments.push(`${new Date().toISOString()} ${problem} after ${took} ms, ${path}`);
    }
    return false;
  }

  /** No more requests; waits for those that are open. */
  async end(): Promise<Lost> {
    clearInterval(this.timer);
    await Promise.all(this.open);
    this.keeping.destroy();
    return this.lost;
  }
}

/** A connection as WebSockets are: it stays open, and what is sent comes back. */
export class Held {
  closed = false;
  private constructor(private readonly socket: net.Socket) {
    socket.on('close', () => (this.closed = true)).on('error', () => undefined);
  }

  static async open(url: string): Promise<Held> {
    const { hostname, port } = new URL(url);
    const socket = net.connect(Number(port), hostname);
    socket.write(
      [
        'GET /ws HTTP/1.1',
        'Host: discounts',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '\r\n',
      ].join('\r\n'),
    );
    await new Promise<void>((resolve, reject) => {
      socket.once('data', (data) =>
        data.toString().startsWith('HTTP/1.1 101') ? resolve() : reject(new Error(data.toString().split('\r\n')[0])),
      );
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed without an answer')));
    });
    return new Held(socket);
  }

  /** Sends a word, and waits until it comes back. */
  async echo(word: string): Promise<string> {
    const ended = new AbortController();
    const cut = once(this.socket, 'close', { signal: ended.signal }).then(() => Promise.reject(new Error('cut off')));
    const answer = once(this.socket, 'data', { signal: ended.signal }).then(([data]) => String(data));
    this.socket.write(word);
    try {
      return await Promise.race([answer, cut]);
    } finally {
      ended.abort();
      await Promise.allSettled([answer, cut]);
    }
  }

  end(): void {
    this.socket.end();
  }
}

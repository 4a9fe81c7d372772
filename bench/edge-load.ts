import autocannon from 'autocannon';
import { say } from '../base/terminal';

/** What the program below is told (standard input can't be used, it is the program): JSON in EDGE_LOAD. */
export interface EdgeLoad {
  url: string;
  /** Connections that each ask again as soon as they are answered. */
  connections: number;
  /** Seconds that are counted; one before them is not. */
  seconds: number;
}

/** What it prints, as JSON. */
export interface EdgeFigures {
  requestsPerSecond: number;
  /** Milliseconds of each answer; autocannon's own figures are whole ones. */
  p99: number;
  /** Requests without an answer, or with another one than 200–299. */
  failed: number;
}

async function main(): Promise<void> {
  const { url, connections, seconds } = JSON.parse(process.env['EDGE_LOAD'] ?? '{}') as EdgeLoad;
  await autocannon({ url, connections, duration: 1 });
  const milliseconds: number[] = [];
  const began = performance.now();
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon({ url, connections, duration: seconds }, (error: Error | null, done) =>
      error === null ? resolve(done) : reject(error),
    );
    instance.on('response', (_client, _status, _bytes, took) => milliseconds.push(took));
  });
  const lasted = (performance.now() - began) / 1000;
  milliseconds.sort((one, other) => one - other);
  const figures: EdgeFigures = {
    requestsPerSecond: milliseconds.length / lasted,
    p99: milliseconds[Math.ceil(milliseconds.length * 0.99) - 1] ?? 0,
    failed: result.errors + result.non2xx,
  };
  say(JSON.stringify(figures));
}

void main();

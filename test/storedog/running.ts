import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../base/paths';

/** The sample shop, running on free ports of the loopback. */
interface RunningShop {
  urls: { frontend: string; discounts: string };
  /** Ends both services by SIGTERM. @returns their exit codes */
  stop(): Promise<{ frontend: number | null; discounts: number | null }>;
}

const running = new Set<ChildProcess>();

/** Ends every shop that a test has left; for `afterEach`. */
export async function stopShops(): Promise<void> {
  await Promise.all([...running].map(end));
}

/** Starts the sample shop, or its front end with a discounts service that is away. */
export async function runningShop({ discounts = true } = {}): Promise<RunningShop> {
  const away = { url: 'http://127.0.0.1:1', stop: () => Promise.resolve(0) };
  const service = discounts ? await start('discounts', {}) : away;
  const shop = await start('frontend', { DISCOUNTS_URL: service.url });
  return {
    urls: { frontend: shop.url, discounts: service.url },
    stop: async () => ({ frontend: await shop.stop(), discounts: await service.stop() }),
  };
}

async function start(service: string, environment: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ['src/main.js'], {
    cwd: path.join(projectRoot, 'storedog', service),
    env: { ...process.env, ...environment, HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  return { url: await addressOf(child), stop: () => end(child) };
}

/** Ends a service by SIGTERM. @returns its exit code */
function end(child: ChildProcess): Promise<number | null> {
  running.delete(child);
  return new Promise((resolve) => {
    if (child.exitCode !== null) {
      resolve(child.exitCode);
      return;
    }
    child.on('exit', resolve);
    child.kill('SIGTERM');
  });
}

/** The address that a service says it answers at, in its first log line. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`it ended with code ${code ?? 'none'}`)));
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /answers at ([\d.]+:\d+)/.exec(line)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
}

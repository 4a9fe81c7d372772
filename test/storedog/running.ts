import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
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
const copies = new Set<string>();

/** Ends every shop that a test has left; for `afterEach`. */
export async function stopShops(): Promise<void> {
  await Promise.all([...running].map(end));
  for (const folder of copies) fs.rmSync(folder, { recursive: true });
  copies.clear();
}

/**
 * Starts the sample shop, or its front end with a discounts service that is away.
 * @param o.data what is made of the text of its discounts. @default as they are
 */
export async function runningShop({
  discounts = true,
  data,
}: { discounts?: boolean; data?: (text: string) => string } = {}): Promise<RunningShop> {
  const away = { url: 'http://127.0.0.1:1', stop: () => Promise.resolve(0) };
  const folder = data === undefined ? undefined : withData(data);
  const service = discounts ? await start('discounts', {}, folder) : away;
  const shop = await start('frontend', { DISCOUNTS_URL: service.url });
  return {
    urls: { frontend: shop.url, discounts: service.url },
    stop: async () => ({ frontend: await shop.stop(), discounts: await service.stop() }),
  };
}

/** A copy of the discounts service with other discounts. */
function withData(change: (text: string) => string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'discounts-'));
  copies.add(folder);
  fs.cpSync(path.join(projectRoot, 'storedog', 'discounts'), folder, { recursive: true });
  const file = path.join(folder, 'data', 'discounts.json');
  fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')));
  return folder;
}

async function start(
  service: string,
  environment: NodeJS.ProcessEnv,
  cwd = path.join(projectRoot, 'storedog', service),
) {
  const child = spawn(process.execPath, ['src/main.js'], {
    cwd,
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

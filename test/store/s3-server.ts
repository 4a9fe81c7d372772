import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../../toolchain/build';
import { goProgramPart } from '../../toolchain/items/go-program';
import { layout } from '../../toolchain/layout';
import { withLock } from '../../toolchain/lock';
import { planOf } from '../../toolchain/part';
import type { GoProgram } from '../../toolchain/recipes/go-programs';
import { removeTree, Store } from '../../toolchain/store';
import { freePort } from '../config/compose/free-port';

/** Apache-2.0. Since this version, of several conditional writes of one key one alone succeeds (its pull request 2288). */
const versitygw: GoProgram = {
  name: 'versitygw',
  title: 'a server of buckets for tests, versitygw 1.8.0, compiled',
  seconds: 190,
  module: 'github.com/versity/versitygw',
  version: 'v1.8.0',
  package: 'github.com/versity/versitygw/cmd/versitygw',
  binary: 'versitygw',
  c: false,
};

/** A server of buckets on this machine, with one bucket. */
export interface S3Server {
  /** `http://ADDRESS:PORT` */
  endpoint: string;
  bucket: string;
  /** What a process needs to log in. */
  environment: { AWS_ACCESS_KEY_ID: string; AWS_SECRET_ACCESS_KEY: string };
  /** The address of a prefix as `sluice:store` and PULUMI_BACKEND_URL have it. */
  address(prefix: string, endpoint?: string): string;
  /** Stops it; what it holds stays. */
  pause(): Promise<void>;
  /** Starts it again, at the same address. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts it, compiled when this machine has not done so yet: that takes some three minutes on two cores.
 * @param address of this machine, at which it listens; @default this machine alone reaches it
 */
export async function startS3Server(address = '127.0.0.1'): Promise<S3Server> {
  const binary = await compiled();
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-s3-'));
  const data = path.join(root, 'data');
  const bucket = 'sluice-test';
  fs.mkdirSync(path.join(data, bucket), { recursive: true });
  const port = await freePort();
  const environment = { AWS_ACCESS_KEY_ID: 'sluice-test', AWS_SECRET_ACCESS_KEY: randomBytes(16).toString('hex') };
  const endpoint = `http://${address}:${port}`;
  let server: ChildProcess | undefined;
  const resume = async (): Promise<void> => {
    // Not with --sidecar, which takes what a failed write has left for an object. So the folder's file system has to have attributes.
    const args = ['--quiet', '--port', `${address}:${port}`, 'posix', data];
    server = spawn(binary, args, {
      env: {
        ...process.env,
        ROOT_ACCESS_KEY_ID: environment.AWS_ACCESS_KEY_ID,
        ROOT_SECRET_ACCESS_KEY: environment.AWS_SECRET_ACCESS_KEY,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await answers(address, port, server);
  };
  const pause = async (): Promise<void> => {
    const running = server;
    if (running === undefined || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('close', resolve));
    running.kill('SIGKILL');
    await ended;
  };
  await resume();
  return {
    endpoint,
    bucket,
    environment,
    address: (prefix, at = endpoint) =>
      `s3://${bucket}/${prefix}?region=us-east-1&endpoint=${at}&s3ForcePathStyle=true`,
    pause,
    resume,
    stop: async () => {
      await pause();
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The program, compiled once for this machine's user, and kept with what the toolchain has made. */
async function compiled(): Promise<string> {
  const part = goProgramPart(versitygw);
  const places = layout();
  const store = new Store(places.store, places.temporary);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (!store.has(part.id)) {
    await withLock(
      places.lock,
      (holder) => say(`toolchain: process ${holder.pid} is at it already, waiting for it`),
      async () => {
        await build(
          planOf([part], ({ id }) => store.has(id)),
          places,
          say,
        );
        // Large, and of no use any more.
        removeTree(places.go);
      },
    );
  }
  return path.join(store.path(part.id), versitygw.binary);
}

/** When the server takes connections. @throws when it has ended before */
async function answers(address: string, port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server of buckets ended with code ${server.exitCode}`);
    const connected = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, address);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (connected) return;
    await sleep(50);
  }
}

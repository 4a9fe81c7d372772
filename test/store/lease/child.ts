import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as readline from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileStore } from '../../../store/kinds/file';
import { acquire } from '../../../store/lease/acquire';
import type { Lease } from '../../../store/lease/lease';
import { thisMachine } from '../../../store/lease/machine';
import { checkLease } from '../../../store/lease/prove';
import { leaseOf } from '../../../store/lease/hand-down';
import type { ChildSettings } from './children';

// A run in a process of its own: test/store/lease/children.ts starts it and tells it what to do, a line at a time.

const settings = JSON.parse(process.argv[2] ?? '{}') as ChildSettings;
const store = new FileStore(settings.root);
const { name, times, environment = 'production' } = settings;
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

if (settings.wildClock === true) {
  const real = Date.now;
  let day = 0;
  // Each time that somebody asks, it is another day, back and forth.
  Date.now = () => real() + 86_400_000 * (day++ % 2 === 0 ? day : -day);
}

async function take(): Promise<Lease> {
  const machine = settings.elsewhere === true ? { ...thisMachine(), boot: 'another', host: 'elsewhere' } : undefined;
  const note = (line: string): void => tell(`note ${line}`);
  return acquire(store, environment, { what: `the run ${name}`, by: 'ann', note, times, machine });
}

/** Writes into the file that stands for the environment, which only a holder may change. */
async function change(lease: Pick<Lease, 'check'>): Promise<void> {
  await lease.check();
  fs.appendFileSync(settings.changes, `${name}\n`);
}

/** Changes the environment for a moment under the lease, as often as told. */
async function race(times: number): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    const lease = await take();
    await lease.check();
    fs.appendFileSync(settings.changes, `begin ${name} ${turn}\n`);
    await sleep(Math.random() * 20);
    fs.appendFileSync(settings.changes, `end ${name} ${turn}\n`);
    await lease.release();
  }
}

/** Changes the environment once more under the lease; in the midst of it something may happen. */
async function turn(happens: () => void): Promise<void> {
  const mine = await take();
  try {
    const id = `${name} ${turns++}`;
    await mine.check();
    fs.appendFileSync(settings.changes, `begin ${id}\n`);
    await sleep(Math.random() * 20);
    happens();
    await mine.check();
    fs.appendFileSync(settings.changes, `end ${id}\n`);
  } finally {
    await mine.release();
  }
}

function suspend(): void {
  fs.writeSync(1, 'suspended\n');
  process.kill(process.pid, 'SIGSTOP');
}

let turns = 0;
let started: ChildProcess | undefined;
let lease: Lease | undefined;

const commands: Record<string, () => Promise<unknown>> = {
  take: async () => {
    lease = await take();
    lease.lost.addEventListener('abort', () => tell('lost'));
  },
  change: () => change(lease ?? { check: () => Promise.reject(new Error('no lease')) }),
  // What an action does, which Pulumi runs.
  step: () =>
    change({ check: () => checkLease(store, environment, leaseOf(process.env, environment) ?? 'nobody') as never }),
  // Something that changes the environment and knows no leases. A terminal's signals end it in its own time.
  start: async () => {
    started = spawn('sh', ['-c', 'trap "" INT TERM HUP; read line'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await lease?.noteStarted(started.pid ?? 0);
    tell(`started ${started.pid}`);
  },
  // As Pulumi's Automation API does; what it starts ends with this process.
  automate: async () => {
    const execa = createRequire(require.resolve('@pulumi/pulumi'))('execa') as (
      file: string,
      words: string[],
    ) => Promise<unknown>;
    execa('sleep', ['60']).catch(() => undefined);
    await Promise.resolve();
  },
  // As a verb that waits for Pulumi's own end.
  listen: () => Promise.resolve(process.on('SIGINT', () => tell('heard SIGINT'))),
  release: async () => lease?.release(),
  turn: () => turn(() => undefined),
  'turn and die': () => turn(() => void process.kill(process.pid, 'SIGKILL')),
  'turn and sleep': () => turn(suspend),
  race: () => race(settings.turns ?? 1),
};

readline.createInterface({ input: process.stdin }).on('line', (command) => {
  const done = commands[command]?.() ?? Promise.reject(new Error(`no command ${command}`));
  done.then(
    () => tell(`done ${command}`),
    (error: unknown) => tell(`${(error as Error).name}: ${(error as Error).message}`),
  );
});
tell('ready');

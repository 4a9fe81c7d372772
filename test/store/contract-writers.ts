import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import type { SshConnection } from '../../clients/ssh/ssh';
import { openStore } from '../../store/kinds';
import type { Store } from '../../store/store';
import type { StorePlace } from '../../store/where';
import { isLong } from '../long';

/** A store that other processes can open, too. */
export interface SharedPlace {
  place: StorePlace;
  /** How a machine is entered. */
  machine?: Pick<SshConnection, 'hostKey' | 'password' | 'privateKey'>;
  /** Besides this process's own environment. */
  environment?: Record<string, string>;
}

export function openShared({ place, machine, environment }: SharedPlace): Store {
  return openStore(place, {
    environment: { ...process.env, ...environment },
    ...(machine === undefined ? {} : { machine: () => machine }),
  });
}

/** What a writing process does: an object has the hash of its content as its first line. */
const program = `
  const { createHash, randomBytes } = require('node:crypto');
  const fs = require('node:fs');
  const shared = JSON.parse(process.env.SHARED);
  const { openStore } = require('./store/kinds');
  const store = openStore(shared.place, { environment: process.env, machine: () => shared.machine });
  const whole = (size) => {
    const content = randomBytes(size);
    return Buffer.concat([Buffer.from(createHash('sha256').update(content).digest('hex') + '\\n'), content]);
  };
  const tell = (text) => fs.writeSync(1, text + '\\n');
  const { folder, until, least, most } = shared;
  const size = () => least + Math.floor(Math.random() * (most - least));
  (async () => {
    for (let number = 1; number <= until; ) {
      const content = whole(size());
      const name = folder + '/' + String(number).padStart(6, '0');
      if (await store.create(name, content)) tell(name + ' ' + content.subarray(0, 64));
      number += 1;
    }
  })().catch((error) => { console.error(error); process.exit(1); });
`;

interface Work {
  folder: string;
  /** The last number that is made. */
  until: number;
  /** Bytes of an object. */
  least: number;
  most: number;
}

/** Starts a process that makes objects 1, 2, 3, … and tells of each that it has made. */
function writer(shared: SharedPlace, work: Work) {
  const child = spawn(process.execPath, ['-r', './base/loader/typescript.cjs', '-e', program], {
    cwd: projectRoot,
    env: { ...process.env, ...shared.environment, SHARED: JSON.stringify({ ...shared, ...work }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  return {
    child,
    ended,
    /** Names with the hashes of what this process says that it has made. */
    made: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split(' ') as [string, string]),
  };
}

/** The hash in an object's first line. @throws AssertionError for half an object, or one of two writers */
function soundHash(name: string, content: Buffer): string {
  const hash = content.subarray(0, 64).toString();
  assert.equal(createHash('sha256').update(content.subarray(65)).digest('hex'), hash, `${name} is not whole`);
  return hash;
}

/** Eight processes that all want to make the same objects: 40 of up to 40 kB; in the long form 1,000 of 1 to 500 kB. */
export function manyWriters(make: () => Promise<SharedPlace>): void {
  it('gives each of many objects to one of eight processes', async function () {
    this.timeout(isLong ? 1_800_000 : 120_000);
    const shared = await make();
    const work = { folder: 'race', until: isLong ? 1000 : 40, least: 1000, most: isLong ? 500_000 : 40_000 };
    const writers = Array.from({ length: 8 }, () => writer(shared, work));
    assert.deepEqual(await Promise.all(writers.map(({ ended }) => ended)), Array(8).fill(0));
    const made = writers.flatMap((each) => each.made()).sort();
    const objects = await openShared(shared).readAll('race');
    assert.equal(objects.length, work.until);
    assert.deepEqual(
      made,
      objects.map(({ name, content }) => [name, soundHash(name, content)]),
    );
  });
}

/** Processes that are killed while they write, 25 times, at any point. What one has told of is there, and all that is there is whole. */
export function killedWriters(make: () => Promise<SharedPlace>): void {
  it('has nothing but whole objects after 25 writers were killed', async function () {
    this.timeout(300_000);
    const shared = await make();
    const writers: ReturnType<typeof writer>[] = [];
    for (let kill = 0; kill < 25; kill += 1) {
      const each = writer(shared, { folder: `killed/${kill}`, until: 100_000, least: 1, most: 3_000_000 });
      await new Promise((resolve) => each.child.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, (randomBytes(1)[0] as number) / 4));
      each.child.kill('SIGKILL');
      await each.ended;
      writers.push(each);
    }
    const store = openShared(shared);
    for (const [kill, each] of writers.entries()) {
      const found = new Map<string, string>();
      for (const { name, content } of await store.readAll(`killed/${kill}`)) found.set(name, soundHash(name, content));
      const told = each.made();
      assert.ok(told.length > 0);
      for (const [name, hash] of told) assert.equal(found.get(name), hash, name);
    }
  });
}

/** Where a store lies in a folder of this machine. */
export function sharedFolder(root: string): SharedPlace {
  return { place: { kind: 'file', folder: path.join(root, 'store') } };
}

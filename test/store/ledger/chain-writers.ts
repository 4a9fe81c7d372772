import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { projectRoot } from '../../../base/paths';
import { readChain } from '../../../store/ledger/chain';
import { verifyChain } from '../../../store/ledger/verify';
import { isLong } from '../../long';
import { cutover } from '../../releases/fixtures';
import { openShared, type SharedPlace } from '../contract-writers';
import { keys, write } from './fixtures';
import { a } from './scenario';

interface Writer {
  process: ChildProcess;
  /** What it has said that it has written. */
  said: string[];
  end: Promise<unknown>;
}

/** A process that writes. @param bytes the longest record has so many */
function start(shared: SharedPlace, name: string, count: number, bytes: number): Writer {
  const script = path.join(__dirname, 'writer.ts');
  const child = spawn(
    process.execPath,
    ['-r', './base/loader/typescript.cjs', script, name, String(count), String(bytes)],
    { cwd: projectRoot, env: { ...process.env, SHARED: JSON.stringify(shared) }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const said: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines);
  });
  return { process: child, said, end: once(child, 'close') };
}

/** Who has written, in the order of the chain; every record has its long value. */
async function written(shared: SharedPlace): Promise<string[]> {
  const { past, findings } = await readChain(openShared(shared), 'production', { keys, whole: true });
  assert.deepEqual(findings, []);
  assert.deepEqual(
    past.map(({ number }) => number),
    past.map((_, index) => index + 1),
  );
  return past.map(({ record }) => record.by ?? '');
}

/**
 * Writers of one ledger, each a process: eight at once, and others that are killed.
 * @param make a store that nobody else has
 * @param kills how often one is killed in the short form; 25 times in the long one
 */
export function chainWriters(make: () => Promise<SharedPlace>, kills: number): void {
  const [each, bytes] = isLong ? [125, 500_000] : [5, 20_000];

  it(`eight writers of one ledger lose no record and write none twice: ${8 * each} records of up to ${bytes / 1000} kB`, async function () {
    this.timeout(isLong ? 3_600_000 : 120_000);
    const shared = await make();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const codes = await Promise.all(names.map((name) => start(shared, name, each, bytes).end));
    assert.deepEqual(
      codes,
      names.map(() => [0, null]),
    );
    const found = await written(shared);
    for (const name of names) {
      const own = found.filter((by) => by.startsWith(name));
      assert.deepEqual(
        own,
        Array.from({ length: each }, (_, index) => `${name} ${index}`),
      );
    }
    assert.equal(found.length, names.length * each);
  });

  it('writers leave a sound ledger wherever they are killed, with all that they have said', async function () {
    this.timeout(isLong ? 1_800_000 : 120_000);
    const shared = await make();
    const said: string[] = [];
    for (let point = 0; point < (isLong ? 25 : kills); point += 1) {
      const writer = start(shared, `w${point}`, 1_000, 20_000);
      // Somewhere after a random record, between it and the next.
      const after = 1 + Math.floor(Math.random() * 3);
      while (writer.said.length < after) await once(writer.process.stdout!, 'data');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      writer.process.kill('SIGKILL');
      await writer.end;
      said.push(...writer.said);
      const found = new Set(await written(shared));
      assert.deepEqual(
        said.filter((by) => !found.has(by)),
        [],
      );
      assert.equal(found.size, (await written(shared)).length);
    }
    const store = openShared(shared);
    await write(store, [cutover(a)]);
    assert.deepEqual((await verifyChain(store, 'production', { keys })).findings, []);
  });
}

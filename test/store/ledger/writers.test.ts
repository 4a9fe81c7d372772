import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readChain } from '../../../store/ledger/chain';
import { verifyChain } from '../../../store/ledger/verify';
import { FileStore } from '../../../store/kinds/file';
import { isLong } from '../../long';
import { cutover } from '../../releases/fixtures';
import { keys, write } from './fixtures';
import { a } from './scenario';

const root = path.resolve(__dirname, '../../..');

interface Writer {
  process: ChildProcess;
  /** What it has said that it has written. */
  said: string[];
  end: Promise<unknown>;
}

/** A process that writes. @param bytes the longest record has so many */
function start(folder: string, name: string, count: number, bytes: number): Writer {
  const script = path.join(__dirname, 'writer.ts');
  const words = ['-r', './base/loader/typescript.cjs', script, folder, name, String(count), String(bytes)];
  const child = spawn(process.execPath, words, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines);
  });
  return { process: child, said, end: once(child, 'close') };
}

describe('writers of one ledger, each a process', function () {
  this.timeout(isLong ? 1_800_000 : 120_000);
  let folder: string;
  let store: FileStore;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-writers-'));
    store = new FileStore(folder);
  });

  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  /** Who has written, in the order of the chain; every record has its long value. */
  async function written(): Promise<string[]> {
    const { past, findings } = await readChain(store, 'production', { keys, whole: true });
    assert.deepEqual(findings, []);
    assert.deepEqual(
      past.map(({ number }) => number),
      past.map((_, index) => index + 1),
    );
    return past.map(({ record }) => record.by ?? '');
  }

  it(`lose no record and write none twice, eight at once: ${isLong ? '1000 records of 1 to 500 kB' : '40 records'}`, async () => {
    const [each, bytes] = isLong ? [125, 500_000] : [5, 20_000];
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const writers = names.map((name) => start(folder, name, each, bytes));
    const codes = await Promise.all(writers.map(({ end }) => end));
    assert.deepEqual(
      codes,
      names.map(() => [0, null]),
    );
    const found = await written();
    for (const name of names) {
      const own = found.filter((by) => by.startsWith(name));
      assert.deepEqual(
        own,
        Array.from({ length: each }, (_, index) => `${name} ${index}`),
      );
    }
    assert.equal(found.length, names.length * each);
  });

  it('leave a sound ledger wherever they are killed, with all that they have said', async () => {
    const said: string[] = [];
    for (let point = 0; point < 25; point += 1) {
      const writer = start(folder, `w${point}`, 1_000, 20_000);
      // Somewhere after a random record, between it and the next.
      const after = 1 + Math.floor(Math.random() * 3);
      while (writer.said.length < after) await once(writer.process.stdout!, 'data');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      writer.process.kill('SIGKILL');
      await writer.end;
      said.push(...writer.said);
      const found = new Set(await written());
      assert.deepEqual(
        said.filter((by) => !found.has(by)),
        [],
      );
      assert.equal(found.size, (await written()).length);
    }
    await write(store, [cutover(a)]);
    assert.deepEqual((await verifyChain(store, 'production', { keys })).findings, []);
  });
});

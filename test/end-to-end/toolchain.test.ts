import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { inspect } from '../../toolchain';
import { ensureEngine } from '../../toolchain/items/engine';
import { bring, endAttempt, type Attempt, type UnderWay } from '../toolchain/attempt';

const seconds = 1000;
const minutes = 60 * seconds;

/** What the machine has stays: a warm run has nothing to show here. The other kills are in test/toolchain/killed.own-engine.test.ts. */
describe('1: the toolchain, killed midway', function () {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-e2e-toolchain-'));
  });
  afterEach(endAttempt);
  after(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }));

  it('what this machine lacks comes, though each part is killed once on the way', async function () {
    this.timeout(45 * minutes);
    const test = this.runnable();
    const env = { ...process.env, SLUICE_HOME: path.join(folder, 'home') };
    await ensureEngine((line) => void process.stderr.write(`${line}\n`));
    const isLacking = (await inspect()).some(({ ok }) => !ok);
    const [killed, begun] = [new Set<string>(), new Set<string>()];
    const isTime = (underWay: UnderWay): boolean => {
      const fresh = [...underWay].some(([title, age]) => !killed.has(title) && age >= 2 * seconds);
      // Go's cache keeps what was compiled; the work of any other part would be lost with its neighbour's.
      const dear = [...underWay].some(([title, age]) => !title.endsWith('compiled') && age >= 10 * seconds);
      if (!fresh || dear) return false;
      for (const title of underWay.keys()) killed.add(title);
      return true;
    };
    let last: Attempt;
    do {
      assert.notEqual(test.state, 'failed', 'ran out of time');
      last = await bring(env, isTime);
      for (const title of last.begun) begun.add(title);
      assert.ok(last.code === 0 || last.code === null, last.text);
    } while (last.code === null);
    assert.deepEqual(
      (await inspect()).filter(({ ok }) => !ok),
      [],
    );
    if (isLacking) {
      test.title += ` (${killed.size} of ${begun.size} parts; the others were too quick or beside long ones)`;
    } else {
      assert.equal(begun.size, 0);
      test.title = 'nothing was missing on this machine (so nothing was killed), and nothing is made again';
    }
  });
});

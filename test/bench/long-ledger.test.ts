import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { lengthen } from '../../bench/long-ledger';
import { decide } from '../../releases/decision';
import { FileStore } from '../../store/kinds/file';
import { readChain } from '../../store/ledger/chain';
import { verifyChain } from '../../store/ledger/verify';
import { candidate, cutover, gate, releasesOf, switched, verdict } from '../releases/fixtures';
import { keys, write } from '../store/ledger/fixtures';

describe("the ledger of the bench's row growth", () => {
  it('is sound, as long as it is said, and its environment runs what it ran', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'long-ledger-'));
    try {
      const store = new FileStore(folder);
      const a = candidate('a');
      const own = [verdict(a, gate('/'), 'passed'), switched(a, null), cutover(a)];
      await write(store, own);
      await lengthen(folder, 'production', { own: keys.own, count: 5 });
      const { findings, end } = await verifyChain(store, 'production', { keys });
      assert.deepEqual([findings, end], [[], 3 + 5 * 3 + 3]);
      const { records, from } = await readChain(store, 'production', { keys });
      assert.equal(from.number, end);
      assert.equal(
        new Set(records.filter(({ kind }) => kind === 'cutover').map(({ candidate: of }) => of['discounts']!.digest))
          .size,
        6,
      );
      assert.deepEqual(
        decide({
          ...{ environment: 'production', offer: a, gate: gate('/'), upstream: { name: 'staging' } },
          ...{ records, releasesOf, now: new Date() },
        }).take?.candidate,
        a,
      );
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { readLedger } from '../../targets/ledger';
import type { UserError } from '../../base/errors';
import { formatRecord } from '../../releases/ledger-text';
import { fakeDocker } from '../actions/fake-docker';
import { assertTold } from '../errors/told';
import { situations } from '../errors/table';
import { candidate, cutover } from '../releases/fixtures';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';

const nothing = ['', '\n', '\n\n  \n'];
const damaged = ['nonsense', '\n{"kind":"note"}\n', '\0\0\0\0', '{"kind":"cutov'];

/** That reading ends with one of the table's errors, as what did not succeed. */
async function assertFails(
  name: 'ledgerAway' | 'ledgerUnreadable',
  read: Promise<unknown>,
  next?: RegExp,
): Promise<void> {
  await assert.rejects(read, (error: UserError) => {
    assertTold(name, error);
    assert.equal(error.exitCode, situations[name].exit);
    if (next !== undefined) assert.match(error.next ?? '', next);
    return true;
  });
}

describe('a ledger', () => {
  it('that is empty has no records; one without a single record is none', async () => {
    const read = async (answer: Parameters<typeof fakeDocker>[0][number]) => {
      const docker = fakeDocker([answer]);
      try {
        return await readLedger('shop-ledger');
      } finally {
        docker.restore();
      }
    };
    const exec = (stdout: string) => read({ part: 'exec shop-ledger', stdout });
    for (const text of nothing) assert.deepEqual(await exec(text), []);
    for (const text of damaged) {
      await assertFails('ledgerUnreadable', exec(text), /docker exec shop-ledger sh -c 'mv \/ledger\/ledger\.jsonl /);
    }
    // What of it can be read, is.
    assert.equal((await exec(`nonsense${formatRecord(cutover(candidate('a')))}`)).length, 1);
    await assertFails('ledgerAway', read({ part: 'exec', code: 1, stderr: 'No such container: shop-ledger' }));
  });

  it('on another machine is the same', async () => {
    const host = await fakeSshHost();
    try {
      const file = path.join(host.place.folder, '.sluice', 'ledger.jsonl');
      fs.mkdirSync(path.dirname(file), { recursive: true });
      for (const text of nothing) {
        fs.writeFileSync(file, text);
        assert.deepEqual(await readLedger(host.place), []);
      }
      for (const text of damaged) {
        fs.writeFileSync(file, text);
        await assertFails('ledgerUnreadable', readLedger(host.place), /mv .*ledger\.jsonl .*damaged \(there\)$/);
      }
    } finally {
      await host.stop();
    }
  });
});

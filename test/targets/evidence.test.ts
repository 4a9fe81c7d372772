import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { copyEvidence } from '../../operations/evidence';
import { keepInLedger, readEvidence } from '../../targets/evidence';
import type { LedgerPlace } from '../../targets/place';
import { refusal } from '../checks/page/sample';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { FolderLedger } from './folder-ledger';

/** Holds a ledger to what all of them promise of evidence. */
async function assertKeeps(ledger: LedgerPlace): Promise<void> {
  const files = [
    { name: 'index.html', content: Buffer.from('<p>') },
    { name: 'shop/a b.png', content: Buffer.from([0x89, 0, 255]) },
  ];
  await keepInLedger(files, ledger, 'production/x/1');
  await keepInLedger([{ name: 'late.log', content: Buffer.from('late') }], ledger, 'production/x/1');
  await keepInLedger(files, ledger, 'production/x/2');
  const read = async (folder: string) =>
    (await readEvidence(ledger, folder)).sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name }) => name);
  assert.deepEqual(await read('production/x/1'), ['index.html', 'late.log', 'shop/a b.png']);
  assert.deepEqual(await read('production'), [
    ...['x/1/index.html', 'x/1/late.log', 'x/1/shop/a b.png'],
    ...['x/2/index.html', 'x/2/shop/a b.png'],
  ]);
  assert.deepEqual(await read('production/x/3'), []);
  const [, picture] = await readEvidence(ledger, 'production/x/2');
  assert.deepEqual(picture?.content, files[1]?.content);
}

describe('evidence in a ledger', () => {
  it('of the platform has its files by their names below the folder that is asked for', async () => {
    const ledger = FolderLedger.make();
    try {
      await assertKeeps(ledger.name);
    } finally {
      ledger.restore();
    }
  });

  it('on another machine has the same, and is copied out of it', async () => {
    const host = await fakeSshHost();
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'evidence-home-'));
    try {
      await assertKeeps(host.place);
      await keepInLedger(refusal.files, host.place, refusal.record.evidence);
      const { page, folder } = await copyEvidence(host.place, refusal.record, home);
      assert.match(fs.readFileSync(page, 'utf8'), /<title>refused: production does not take/);
      assert.ok(fs.existsSync(path.join(folder, 'shop', 'trace-desktop.zip')));
    } finally {
      fs.rmSync(home, { recursive: true });
      await host.stop();
    }
  });
});

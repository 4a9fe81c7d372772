import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { copyEvidence } from '../../operations/evidence';
import { evidenceAt, keepInLedger, readEvidence } from '../../targets/evidence';
import { ledgerOf, type LedgerPlace } from '../../targets/place';
import { refusal } from '../checks/page/sample';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { access, storeHome } from './store-home';

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
  const home = storeHome();

  it('has its files by their names below the folder that is asked for', async () => {
    await assertKeeps(home.place('production'));
  });

  it('on another machine has the same, and is copied out of it', async () => {
    const host = await fakeSshHost();
    try {
      const place = ledgerOf({ ...access, onMachines: true }, 'production', host.place);
      await assertKeeps(place);
      await keepInLedger(refusal.files, place, refusal.record.evidence);
      const { page, folder } = await copyEvidence(place, refusal.record, home.folder);
      assert.match(fs.readFileSync(page, 'utf8'), /<title>refused: production does not take/);
      assert.ok(fs.existsSync(path.join(folder, 'shop', 'trace-desktop.zip')));
      assert.ok(!fs.existsSync(home.store.place));
    } finally {
      await host.stop();
    }
  });

  it('keeps every name as it is, and none of them leads out', async () => {
    const place = home.place('production');
    const names = [
      'a b.png',
      'Prüfung-Größe.png',
      '日本語/写真.png',
      '.hidden',
      '..',
      '...',
      '.sub/.file',
      '_under_score_',
      'a_2e',
      'a%2fb',
      'a\\b',
      'line\nbreak',
      'x'.repeat(60) + ' ' + 'ü'.repeat(10),
      '-dash',
      '~',
      '*?"<>|:',
    ];
    const files = names.map((name) => ({ name, content: Buffer.from(name) }));
    await keepInLedger(files, place, 'production/x/1');
    const read = await readEvidence(place, 'production/x/1');
    assert.deepEqual(read.map(({ name }) => name).sort(), [...names].sort());
    for (const { name, content } of read) assert.equal(content.toString(), name);
    const inStore = fs.readdirSync(home.store.place, { recursive: true, withFileTypes: true });
    for (const entry of inStore.filter((each) => each.isFile())) {
      assert.ok(entry.parentPath.startsWith(path.join(home.store.place, 'evidence', 'production', 'x', '1')));
    }
  });

  it('keeps any name that a file may have', async () => {
    const place = home.place('production');
    const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !/[/\0]/.test(text));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(part, async (name) => {
        const folder = `production/x/${(run += 1)}`;
        await keepInLedger([{ name, content: Buffer.from('x') }], place, folder);
        assert.deepEqual(
          (await readEvidence(place, folder)).map((file) => file.name),
          [name],
        );
      }),
      { numRuns: 50 },
    );
  });

  it('keeps what has a longer name than an object may have, each by its own', async () => {
    const place = home.place('production');
    const names = [
      `${'長'.repeat(80)}-1.png`,
      `${'長'.repeat(80)}-2.png`,
      'a'.repeat(255),
      Array.from({ length: 12 }, (_, at) => `${at}`.repeat(60)).join('/') + '/shot.png',
    ];
    const files = names.map((name) => ({ name, content: Buffer.from(name) }));
    await keepInLedger(files, place, 'production/x/1');
    const read = await readEvidence(place, 'production/x/1');
    assert.deepEqual(read.map(({ content }) => content.toString()).sort(), [...names].sort());
    const pictures = read.filter(({ name }) => name.startsWith('長長') && name.endsWith('.png'));
    assert.equal(pictures.length, 2);
    assert.ok(read.some(({ name }) => name.startsWith('0000') && name.endsWith('.png') && !name.includes('/')));
  });

  it('that somebody else has put there is read under the name that it has', async () => {
    await home.store.create('evidence/production/x/1/a_ff', Buffer.from('x'));
    assert.deepEqual(
      (await readEvidence(home.place('production'), 'production/x/1')).map(({ name }) => name),
      ['a_ff'],
    );
  });

  it('stays as it is when something is to be kept under the same name', async () => {
    const place = home.place('production');
    for (const word of ['first', 'second']) {
      await keepInLedger([{ name: 'a.log', content: Buffer.from(word) }], place, 'production/x/1');
    }
    const [file] = await readEvidence(place, 'production/x/1');
    assert.equal(file?.content.toString(), 'first');
  });

  it('says where it lies, without a secret', () => {
    assert.equal(
      evidenceAt(home.place('production'), 'production/a b/c'),
      path.join(home.folder, 'store/evidence/production/a_20b/c'),
    );
    const ssh = { host: 'pilot.example.com', port: 2222, user: 'deploy', hostKey: 'ssh-ed25519 A', password: 'pa55' };
    const machine = { ssh, folder: '/usr/local/shop-pilot' };
    assert.equal(
      evidenceAt(ledgerOf({ ...access, onMachines: true }, 'stage', machine), 'stage/a/b'),
      'deploy@pilot.example.com:/usr/local/shop-pilot/.sluice/store/evidence/stage/a/b',
    );
    assert.equal(
      evidenceAt(ledgerOf({ ...access, store: 's3://bucket/team' }, 'stage', undefined), 'stage/a/b'),
      's3://bucket/team/evidence/stage/a/b',
    );
  });
});

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { FileStore } from '../../store/kinds/file';
import { keepInLedger, readEvidence } from '../../targets/evidence';
import { removeRun, storedEvidence, storedRuns } from '../../targets/evidence-runs';
import { ledgerOf, type LedgerPlace } from '../../targets/place';
import { fakeSshHost } from '../clients/ssh/fake-ssh-host';
import { access, storeHome } from './store-home';

const files = ['index.html', 'shop/a b.png', 'shop/deep/trace.zip'].map((name) => ({
  name,
  content: Buffer.from(name),
}));

async function keep(place: LedgerPlace, ...folders: string[]): Promise<void> {
  for (const folder of folders) await keepInLedger(files, place, folder);
}

describe('the runs that have left evidence', () => {
  const home = storeHome();

  it('are known by their folders, and go alone', async () => {
    const place = home.place('production');
    await keep(place, 'production/aa/1', 'production/aa/2', 'production/bb/watch-1', 'staging/aa/1');
    const runs = ['evidence/production/aa/1', 'evidence/production/aa/2', 'evidence/production/bb/watch-1'];
    assert.deepEqual(await storedRuns(place), runs);
    const asked = ['production/aa/2', 'production/aa/3', 'production/cc/1', 'production/aa'];
    assert.deepEqual([...(await storedEvidence(place, asked))], ['production/aa/2', 'production/aa']);
    await removeRun(place, 'evidence/production/aa/1', 'index.html');
    assert.deepEqual(await storedRuns(place), runs.slice(1));
    for (const folder of ['production/aa/2', 'staging/aa/1']) {
      assert.equal((await readEvidence(place, folder)).length, files.length);
    }
    assert.deepEqual(await storedRuns(home.place('pilot')), []);
  });

  it('are none where only a folder is: it goes, unless somebody else has put a file there', async () => {
    const place = home.place('production');
    const above = path.join(home.store.place, 'evidence', 'production');
    for (const folder of ['killed/shop/deep', 'foreign/shop']) {
      fs.mkdirSync(path.join(above, 'aa', folder), { recursive: true });
    }
    fs.writeFileSync(path.join(above, 'aa/foreign/.DS_Store'), '');
    await keep(place, 'production/aa/1');
    const asked = ['1', 'foreign', 'killed'].map((run) => `production/aa/${run}`);
    assert.deepEqual([...(await storedEvidence(place, asked))], ['production/aa/1']);
    for (const run of asked) {
      const hadAny = await removeRun(place, `evidence/${run}`, 'index.html');
      assert.equal(hadAny, run === 'production/aa/1', run);
    }
    assert.deepEqual(fs.readdirSync(above, { recursive: true }).sort(), ['aa', 'aa/foreign', 'aa/foreign/.DS_Store']);
  });

  it('are so on another machine', async () => {
    const host = await fakeSshHost();
    try {
      const place = ledgerOf({ ...access, onMachines: true }, 'production', host.place);
      for (const run of ['1', '2']) await keepInLedger(files.slice(0, 2), place, `production/aa/${run}`);
      await removeRun(place, 'evidence/production/aa/1', 'index.html');
      assert.deepEqual(await storedRuns(place), ['evidence/production/aa/2']);
    } finally {
      await host.stop();
    }
  });

  it('keep their page until the rest has gone, so that whoever is killed leaves what opens', async () => {
    const place = home.place('production');
    const remove = Reflect.get<FileStore, 'remove'>(FileStore.prototype, 'remove');
    for (let left = 0; left < files.length; left += 1) {
      await keep(place, 'production/aa/1');
      let calls = 0;
      FileStore.prototype.remove = async function (name) {
        if (calls++ >= left) throw new Error('killed');
        await remove.call(this, name);
      };
      try {
        await assert.rejects(removeRun(place, 'evidence/production/aa/1', 'index.html'), /killed/);
      } finally {
        FileStore.prototype.remove = remove;
      }
      const names = (await readEvidence(place, 'production/aa/1')).map(({ name }) => name);
      assert.ok(names.includes('index.html'), `${left}: ${names.join()}`);
      assert.deepEqual(await storedRuns(place), ['evidence/production/aa/1']);
    }
    await removeRun(place, 'evidence/production/aa/1', 'index.html');
    assert.deepEqual(await storedRuns(place), []);
  });
});

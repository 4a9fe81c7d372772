import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { removeTree, Store } from '../../toolchain/store';
import { temporaryFolders } from './temporary';

describe('Store', () => {
  const folder = temporaryFolders();
  const newStore = (root = folder()): Store => new Store(path.join(root, 'store'), path.join(root, 'tmp'));

  it('shows a thing under its name only when it is whole', async () => {
    const store = newStore();
    await store.add('thing', (draft) => {
      fs.writeFileSync(path.join(draft, 'half'), '');
      assert.equal(store.has('thing'), false);
      return Promise.resolve();
    });
    assert.deepEqual(fs.readdirSync(store.path('thing')), ['half']);
  });

  it('does not make what is there', async () => {
    const store = newStore();
    await store.add('thing', () => Promise.resolve());
    await store.add('thing', () => Promise.reject(new Error('made twice')));
  });

  it('leaves nothing of a failed attempt', async () => {
    const store = newStore();
    await assert.rejects(
      store.add('thing', (draft) => {
        fs.writeFileSync(path.join(draft, 'half'), '');
        return Promise.reject(new Error('no'));
      }),
      /^Error: no$/,
    );
    assert.deepEqual(fs.readdirSync(store.temporary), []);
    assert.equal(store.has('thing'), false);
  });

  it('finishes what a process that was killed in the middle had begun', async () => {
    const root = folder();
    const store = newStore(root);
    const program = `
      const { Store } = require(${JSON.stringify(path.resolve(__dirname, '../../toolchain/store'))});
      new Store(${JSON.stringify(store.folder)}, ${JSON.stringify(store.temporary)}).add('thing', async (draft) => {
        require('node:fs').writeFileSync(draft + '/half', '');
        process.stdout.write('begun');
        await new Promise((resolve) => setTimeout(resolve, 60000));
      });`;
    const child = spawn(process.execPath, ['-r', 'ts-node/register', '-e', program], {
      cwd: path.resolve(__dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    assert.equal(fs.readdirSync(store.temporary).length, 1);
    assert.equal(store.has('thing'), false);

    store.sweep();
    await store.add('thing', (draft) => {
      fs.writeFileSync(path.join(draft, 'whole'), '');
      return Promise.resolve();
    });
    assert.deepEqual(fs.readdirSync(store.path('thing')), ['whole']);
    assert.deepEqual(fs.readdirSync(store.temporary), []);
  });

  it('removes trees with read-only folders, as Go leaves them', () => {
    const root = path.join(folder(), 'modules');
    fs.mkdirSync(path.join(root, 'inner'), { recursive: true });
    fs.writeFileSync(path.join(root, 'inner', 'file'), '');
    fs.chmodSync(path.join(root, 'inner'), 0o500);
    removeTree(root);
    assert.equal(fs.existsSync(root), false);
  });
});

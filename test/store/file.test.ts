import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FileStore } from '../../store/kinds/file';
import { storeContract } from './contract';

describe('a store in a folder', () => {
  let root: string;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-store-'));
  });

  afterEach(() => {
    fs.rmSync(root, { recursive: true });
  });

  storeContract(() => Promise.resolve(new FileStore(path.join(root, 'store'))));

  it('keeps what others on this machine must not read', async () => {
    const store = new FileStore(path.join(root, 'store'));
    await store.create('a/b', Buffer.from('x'));
    for (const [name, mode] of [
      ['store', 0o700],
      ['store/a', 0o700],
      ['store/a/b', 0o600],
    ] as const) {
      assert.equal(fs.statSync(path.join(root, name)).mode & 0o777, mode, name);
    }
  });

  it('leaves no draft behind, and sweeps those of killed writers after a day', async () => {
    const store = new FileStore(path.join(root, 'store'));
    await store.create('a', Buffer.from('1'));
    await store.create('a', Buffer.from('2'));
    const drafts = path.join(root, 'store', '.drafts');
    assert.deepEqual(fs.readdirSync(drafts), []);
    fs.writeFileSync(path.join(drafts, 'killed'), 'half');
    await store.sweep();
    assert.deepEqual(fs.readdirSync(drafts), ['killed']);
    await store.sweep(Date.now() + 25 * 60 * 60 * 1000);
    assert.deepEqual(fs.readdirSync(drafts), []);
  });

  it('says what is wrong with a folder that can’t be one', async () => {
    fs.writeFileSync(path.join(root, 'store'), '');
    await assert.rejects(new FileStore(path.join(root, 'store')).create('a', Buffer.from('')), (error: Error) => {
      assert.match(error.message, /the store in .*: a can't be written: /);
      return true;
    });
  });
});

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectRoot } from '../../base/paths';
import { FileStore } from '../../store/kinds/file';
import { StoreTrouble } from '../../store/trouble';
import { storeContract } from './contract';
import { killedWriters, manyWriters, sharedFolder } from './contract-writers';

describe('a store in a folder', () => {
  let root: string;

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-store-'));
  });

  afterEach(() => {
    fs.rmSync(root, { recursive: true });
  });

  storeContract(() => Promise.resolve(new FileStore(path.join(root, 'store'))));

  manyWriters(() => Promise.resolve(sharedFolder(root)));

  killedWriters(() => Promise.resolve(sharedFolder(root)));

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

  it('takes folders away that a removal has left that was killed, and none that has anything in it', async () => {
    const store = new FileStore(path.join(root, 'store'));
    fs.mkdirSync(path.join(root, 'store', 'a', 'b'), { recursive: true });
    fs.mkdirSync(path.join(root, 'store', 'foreign', 'c'), { recursive: true });
    fs.writeFileSync(path.join(root, 'store', 'foreign', '.DS_Store'), '');
    await store.remove('a/b/gone/1');
    await store.remove('foreign/c/1');
    assert.deepEqual(fs.readdirSync(path.join(root, 'store'), { recursive: true }), ['foreign', 'foreign/.DS_Store']);
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

  it('leaves nothing of an object for which there is no room', () => {
    // A limit for the size of files takes the place of a full disk. Node would end at the signal that comes with it.
    const program = `
      const { FileStore } = require('./store/kinds/file');
      const store = new FileStore(${JSON.stringify(path.join(root, 'store'))});
      store.create('small', Buffer.alloc(10))
        .then(() => store.create('folder/large', Buffer.alloc(1000000)))
        .catch((error) => console.log(error.name + ' ' + error.exitCode));`;
    const script = `trap '' XFSZ; ulimit -f 256; exec "$0" -r ./base/loader/typescript.cjs -e "$1"`;
    const { stdout } = spawnSync('sh', ['-c', script, process.execPath, program], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    assert.equal(stdout, 'UserError 1\n');
    const store = path.join(root, 'store');
    assert.deepEqual(fs.readdirSync(store).sort(), ['.drafts', 'small']);
    assert.deepEqual(fs.readdirSync(path.join(store, '.drafts')), []);
  });

  it('puts an object on the disk before it has its name, and then all folders that it lies in', async () => {
    const store = new FileStore(path.join(root, 'above', 'store'));
    const forced: { inode: number; links: number }[] = [];
    await whenForced(
      root,
      ({ ino, nlink }) => void forced.push({ inode: ino, links: nlink }),
      () => store.create('a/b/1', Buffer.from('x')),
    );
    const inode = (name: string) => fs.statSync(path.join(root, name)).ino;
    const at = (name: string) => forced.findIndex((each) => each.inode === inode(name));
    assert.equal(forced[at('above/store/a/b/1')]?.links, 1);
    for (const folder of ['', 'above', 'above/store', 'above/store/a', 'above/store/a/b']) {
      assert.notEqual(at(folder), -1, `${folder} was not forced to the disk`);
    }
    assert.ok(at('above/store/a/b/1') < at('above/store/a/b'));
  });

  it('says what is wrong with a folder that can’t be one', async () => {
    fs.writeFileSync(path.join(root, 'store'), '');
    const store = new FileStore(path.join(root, 'store'));
    for (const ask of [
      () => store.create('a', Buffer.from('')),
      () => store.read('a'),
      () => store.list(''),
      () => store.remove('a'),
    ]) {
      await assert.rejects(ask, (error: Error) => {
        assert.ok(error instanceof StoreTrouble);
        assert.match(error.message, /the store in .*: (a|it) can't be (written|read|listed|removed): /);
        assert.match(error.next ?? '', /^look at .*: it has to be a folder that you may write to/);
        return true;
      });
    }
  });

  it('puts the name of an object on the disk that somebody else has made: its maker may not have come that far', async () => {
    const store = new FileStore(path.join(root, 'store'));
    await store.create('values/1', Buffer.from('x'));
    const forced = new Set<number>();
    const made = await whenForced(
      root,
      ({ ino }) => void forced.add(ino),
      () => store.create('values/1', Buffer.from('x')),
    );
    assert.equal(made, false);
    assert.ok(forced.has(fs.statSync(path.join(root, 'store', 'values')).ino));
  });

  it('does not take another’s object for its own when a backup by links gives its draft a second name', async () => {
    const store = new FileStore(path.join(root, 'store'));
    await store.create('a', Buffer.from('first'));
    const drafts = path.join(root, 'store', '.drafts');
    const backUp = (what: fs.Stats): void => {
      if (!what.isFile()) return;
      for (const name of fs.readdirSync(drafts))
        fs.linkSync(path.join(drafts, name), path.join(root, `backup-${name}`));
    };
    assert.equal(await whenForced(root, backUp, () => store.create('a', Buffer.from('second'))), false);
  });

  it('is made below a folder whose file system forces none to the disk', async function () {
    // Each path through /proc leads through such folders; only Linux has it.
    if (process.platform !== 'linux') this.skip();
    const store = new FileStore(path.join('/proc/self/root', root, 'store'));
    assert.equal(await store.create('a', Buffer.from('x')), true);
  });

  it('makes a folder again that somebody removes whenever it is empty', async () => {
    const store = new FileStore(path.join(root, 'store'));
    let [removed, most] = [0, 5];
    const remove = (): void => {
      try {
        fs.rmdirSync(path.join(root, 'store', 'empty'));
        removed += 1;
      } catch {
        // It is not there, or not empty.
      }
      if (removed < most) setImmediate(remove);
    };
    remove();
    try {
      while (removed < most) {
        assert.equal(await store.create('empty/1', Buffer.from('x')), true);
        await store.remove('empty/1');
      }
    } finally {
      most = 0;
    }
  });

  it('tells of what is none of its objects to nobody', async () => {
    const store = new FileStore(path.join(root, 'store'));
    await store.create('a', Buffer.from('1'));
    for (const name of ['with space', '.DS_Store', 'ümlaut']) fs.writeFileSync(path.join(root, 'store', name), '');
    assert.deepEqual(await store.list(''), ['a']);
    assert.equal((await store.readAll('')).length, 1);
  });
});

/** Does something each time that a file or folder is forced to the disk, which can be told by no look at it. */
async function whenForced<T>(folder: string, tell: (what: fs.Stats) => void, work: () => Promise<T>): Promise<T> {
  const some = await fs.promises.open(folder);
  const handles = Object.getPrototypeOf(some) as fs.promises.FileHandle;
  await some.close();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its handle below
  const { sync } = handles;
  handles.sync = function (this: fs.promises.FileHandle) {
    const what = fs.fstatSync(this.fd);
    tell(what);
    return sync.call(this);
  };
  try {
    return await work();
  } finally {
    handles.sync = sync;
  }
}

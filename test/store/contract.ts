import { strict as assert } from 'node:assert';
import type { Store } from '../../store/store';
import { StoreTrouble } from '../../store/trouble';

/** What every kind of store does. @param make an empty store, made anew for each test */
export function storeContract(make: () => Promise<Store>): void {
  const text = (content: Buffer | undefined) => content?.toString('utf8');
  let store: Store;

  beforeEach(async () => {
    store = await make();
  });

  it('gives back what was made, byte for byte', async () => {
    const content = Buffer.from([0, 255, 10, 13, 0, 128]);
    assert.equal(await store.create('a/b/c.bin', content), true);
    assert.deepEqual(await store.read('a/b/c.bin'), content);
  });

  it('keeps an empty object', async () => {
    assert.equal(await store.create('empty', Buffer.alloc(0)), true);
    assert.deepEqual(await store.read('empty'), Buffer.alloc(0));
  });

  it('makes an object once, and leaves the first as it was', async () => {
    await store.create('once', Buffer.from('first'));
    assert.equal(await store.create('once', Buffer.from('second')), false);
    assert.equal(text(await store.read('once')), 'first');
  });

  it('lets one of many writers make an object', async () => {
    const writers = Array.from({ length: 8 }, (_, index) => index);
    const made = await Promise.all(writers.map((writer) => store.create('race/1', Buffer.from(String(writer)))));
    const winners = writers.filter((writer) => made[writer]);
    assert.equal(winners.length, 1);
    assert.equal(text(await store.read('race/1')), String(winners[0]));
  });

  it('has nothing where nothing was made', async () => {
    assert.equal(await store.read('none'), undefined);
    assert.equal(await store.read('none/below'), undefined);
    assert.deepEqual(await store.list('none'), []);
    assert.deepEqual(await store.readAll('none'), []);
  });

  it('lists a folder in the order of bytes: objects, and folders with a slash', async () => {
    for (const name of ['f/b', 'f/B', 'f/10', 'f/9', 'f/sub/x', 'f-other/y', 'g']) {
      await store.create(name, Buffer.from(name));
    }
    assert.deepEqual(await store.list('f'), ['f/10', 'f/9', 'f/B', 'f/b', 'f/sub/']);
    assert.deepEqual(await store.list('f', 'f/9'), ['f/B', 'f/b', 'f/sub/']);
    assert.deepEqual(await store.list(''), ['f-other/', 'f/', 'g']);
  });

  it('reads a folder at once', async () => {
    for (const name of ['r/1', 'r/2', 'r/3', 'r/sub/4']) await store.create(name, Buffer.from(name));
    const found = await store.readAll('r', 'r/1');
    assert.deepEqual(
      found.map(({ name, content }) => [name, content.toString()]),
      [
        ['r/2', 'r/2'],
        ['r/3', 'r/3'],
      ],
    );
  });

  it('removes an object, and makes another one of that name', async () => {
    await store.create('gone', Buffer.from('1'));
    await store.remove('gone');
    await store.remove('gone');
    assert.equal(await store.read('gone'), undefined);
    assert.deepEqual(await store.list(''), []);
    assert.equal(await store.create('gone', Buffer.from('2')), true);
  });

  it('forgets a folder with its last object', async () => {
    for (const name of ['e/1', 'e/sub/deep/2', 'kept']) await store.create(name, Buffer.from(name));
    await store.remove('e/sub/deep/2');
    assert.deepEqual(await store.list('e'), ['e/1']);
    await store.remove('e/1');
    assert.deepEqual(await store.list(''), ['kept']);
    assert.deepEqual(await store.list('e'), []);
  });

  it('keeps what is made in a folder whose last object is just removed', async () => {
    for (let round = 1; round <= 6; round += 1) {
      const [last, next] = [`last/deep/${round}`, `last/deep/${round + 1}`];
      await store.create(last, Buffer.from(last));
      const [made] = await Promise.all([store.create(next, Buffer.from(next)), store.remove(last)]);
      assert.equal(made, true);
      assert.equal(text(await store.read(next)), next);
      await store.remove(next);
    }
  });

  it('takes a folder for no object', async () => {
    await store.create('d/1', Buffer.from('x'));
    assert.equal(await store.read('d'), undefined);
    await store.remove('d');
    assert.deepEqual(await store.readAll(''), []);
    assert.equal(text(await store.read('d/1')), 'x');
  });

  it('never says that an object is there where only a folder is, or a file in the place of a folder', async () => {
    await store.create('d/1', Buffer.from('x'));
    await store.create('o', Buffer.from('y'));
    for (const name of ['d', 'o/1', 'o/1/2']) {
      const made = await store.create(name, Buffer.from('new')).catch((error: unknown) => {
        assert.ok(error instanceof StoreTrouble, String(error));
        return 'trouble' as const;
      });
      assert.notEqual(made, false, name);
    }
    assert.equal(text(await store.read('d/1')), 'x');
    assert.equal(text(await store.read('o')), 'y');
  });

  it('lists what comes after a name that is not there, or lies deeper', async () => {
    for (const name of ['n/1', 'n/2/x', 'n/3']) await store.create(name, Buffer.from(name));
    assert.deepEqual(await store.list('n', 'n/1-'), ['n/2/', 'n/3']);
    assert.deepEqual(await store.list('n', 'n/2/'), ['n/3']);
    assert.deepEqual(await store.list('n', 'n/2/y'), ['n/3']);
    assert.deepEqual(await store.list('n', 'm'), ['n/1', 'n/2/', 'n/3']);
    assert.deepEqual(await store.list('n', 'o'), []);
  });

  it('reads many objects of any bytes, in the order of their names', async () => {
    const names = ['-', '--version', '10', '9', '_x', 'a', 'a-b', 'a.tar', 'z'].map((name) => `m/${name}`);
    const content = (name: string) =>
      Buffer.concat([Buffer.from([0, 255, 10]), Buffer.from(name), Buffer.alloc(700, 0x80)]);
    await Promise.all(names.map((name) => store.create(name, content(name))));
    await store.create('m/empty', Buffer.alloc(0));
    const all = await store.readAll('m');
    assert.deepEqual(
      all.map(({ name }) => name),
      [...names.slice(0, 8), 'm/empty', 'm/z'],
    );
    for (const { name, content: found } of all) {
      assert.deepEqual(found, name === 'm/empty' ? Buffer.alloc(0) : content(name), name);
    }
    assert.deepEqual(
      (await store.readAll('m', 'm/10')).map(({ name }) => name),
      [...names.slice(3, 8), 'm/empty', 'm/z'],
    );
  });

  it('refuses names that lead elsewhere', async () => {
    for (const name of ['', '/etc/x', '../x', 'a/../b', 'a//b', 'a/', '.hidden', 'a b', 'ä', 'a\n']) {
      await assert.rejects(store.create(name, Buffer.from('')), /can't be the name/);
      await assert.rejects(store.read(name), /can't be the name/);
      await assert.rejects(store.remove(name), /can't be the name/);
    }
  });
}

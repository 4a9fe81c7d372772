import { strict as assert } from 'node:assert';
import type { Store } from '../../store/store';

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

  it('refuses names that lead elsewhere', async () => {
    for (const name of ['', '/etc/x', '../x', 'a/../b', 'a//b', 'a/', '.hidden', 'a b', 'ä', 'a\n']) {
      await assert.rejects(store.create(name, Buffer.from('')), /can't be the name/);
      await assert.rejects(store.read(name), /can't be the name/);
      await assert.rejects(store.remove(name), /can't be the name/);
    }
  });
}

import assert from 'node:assert/strict';
import { UserError } from '../../../base/errors';
import { bundleName, readBundle, recordBundle } from '../../../store/bundle/record';
import { readChain } from '../../../store/ledger/chain';
import type { StoredRecord } from '../../../store/ledger/entry';
import { sha256 } from '../../../store/ledger/hash';
import { entryName } from '../../../store/ledger/names';
import { verifyChain } from '../../../store/ledger/verify';
import { keys, keysOf, MemoryStore, write } from '../ledger/fixtures';

describe('the bundle that a platform deploys with', () => {
  let store: MemoryStore;
  beforeEach(() => {
    store = new MemoryStore();
  });

  const now = new Date('2026-11-30T12:00:00Z');
  const by = 'ann@laptop';
  const archive = (text: string) => Buffer.from(text);
  const record = (text: string, how = keys) => recordBundle(store, 'platform', archive(text), { keys: how, by, now });
  const read = async (how = keys) => (await readBundle(store, 'platform', how))?.archive.toString();
  const numbers = () => [...store.objects.keys()].filter((name) => name.startsWith('ledger/'));

  it('is none before one is recorded, then the newest, with who and when', async () => {
    assert.equal(await read(), undefined);
    assert.equal(await record('one'), true);
    assert.equal(await record('two'), true);
    const found = await readBundle(store, 'platform', keys);
    assert.equal(found?.archive.toString(), 'two');
    assert.deepEqual(found.record, { kind: 'bundle', at: now.toISOString(), by, sha256: sha256('two') });
  });

  it('is recorded once, and again when another one was in between', async () => {
    await record('one');
    assert.equal(await record('one'), false);
    assert.equal(numbers().length, 1);
    await record('two');
    assert.equal(await record('one'), true);
    assert.equal(await read(), 'one');
    assert.equal(numbers().length, 3);
  });

  it('is in no decision, and in no other stack’s chain', async () => {
    await record('one');
    const chain = await readChain(store, 'platform', { keys });
    assert.deepEqual([chain.records, chain.findings, chain.head.number], [[], [], 1]);
    assert.equal(await readBundle(store, 'production', keys), undefined);
  });

  it('is refused, by name, when it is missing or was changed, until it is recorded again', async () => {
    await record('one');
    const name = bundleName(sha256('one'));
    store.objects.delete(name);
    await assert.rejects(
      read(),
      (error) =>
        error instanceof UserError && error.message.startsWith(`${name}, the stack files of platform, is missing`),
    );
    await record('one');
    assert.equal(await read(), 'one');
    store.objects.set(name, archive('other'));
    const isChanged = (error: unknown) =>
      error instanceof UserError && error.message.startsWith(`${name} in the store memory is not what`);
    await assert.rejects(read(), isChanged);
    await assert.rejects(record('one'), isChanged);
  });

  it('is none that somebody else has signed: refused, with its number, until the platform records its own again', async () => {
    await record('one');
    const forged: StoredRecord = { kind: 'bundle', at: now.toISOString(), by, sha256: sha256('forged') };
    store.objects.set(bundleName(sha256('forged')), archive('forged'));
    await write(store, [forged], keysOf('f'), 'platform');
    await assert.rejects(
      read(),
      (error) => error instanceof UserError && error.message.includes('record 2: its key is not trusted'),
    );
    assert.equal(await record('one'), true);
    assert.equal(await read(), 'one');
  });

  it('is none of another platform, brought here', async () => {
    await recordBundle(store, 'other', archive('other'), { keys, by, now });
    store.objects.set(entryName('platform', 1), store.objects.get(entryName('other', 1))!);
    await assert.rejects(read(), /record 1: it is a record of another environment \(other\)/);
  });

  it('is none when the record after it was changed', async () => {
    for (const text of ['one', 'two', 'three']) await record(text);
    const third = entryName('platform', 3);
    store.objects.set(third, Buffer.from(store.objects.get(third)!.toString().replace(sha256('three'), sha256('one'))));
    await assert.rejects(read(), /record 3: its signature is not that of its key/);
  });

  it('is read whatever lies far behind the end, which is named', async () => {
    await record('one');
    const stray = store.objects.get(entryName('platform', 1))!;
    for (const number of [3, 999_999_999]) store.objects.set(entryName('platform', number), stray);
    assert.equal(await read(), 'one');
    assert.equal(await record('one'), false);
    const { findings } = await verifyChain(store, 'platform', { keys });
    assert.deepEqual(
      findings.map(({ number, kind }) => [number, kind]),
      [
        [3, 'stray'],
        [999_999_999, 'stray'],
      ],
    );
    // Of what lies where the next record goes nobody can tell what it was.
    assert.equal(await record('two'), true);
    await assert.rejects(read(), /record 3: it is a record of another number/);
    assert.equal(await record('two'), true);
    assert.equal(await read(), 'two');
  });

  it('is read although an earlier record is lost', async () => {
    for (const text of ['one', 'two', 'three']) await record(text);
    store.objects.delete(entryName('platform', 1));
    assert.equal(await read(), 'three');
  });

  it('is one of those that two write at a time, and neither is lost', async () => {
    await Promise.all(['one', 'two', 'three', 'four'].map((text) => record(text)));
    assert.equal(numbers().length, 4);
    assert.match((await read()) ?? '', /^(one|two|three|four)$/);
  });
});

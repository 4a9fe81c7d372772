import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { formatRecord, parseLedger } from '../../../releases/ledger-text';
import { needed } from '../../../releases/needed';
import { readChain } from '../../../store/ledger/chain';
import { describeFinding } from '../../../store/ledger/finding';
import { importText } from '../../../store/ledger/import';
import { isLong } from '../../long';
import { anyRecord, everyDecision, timed } from '../../releases/any-ledger';
import { cutover } from '../../releases/fixtures';
import { keys, MemoryStore, write } from './fixtures';
import { a, past } from './scenario';

const textOf = (records: readonly Parameters<typeof formatRecord>[0][]) => records.map(formatRecord).join('');
const now = new Date('2026-02-01T00:00:00Z');

describe('the import of a ledger’s text', () => {
  let store: MemoryStore;
  // All that it tells: an import leaves a snapshot, which has what decisions need.
  const read = () => readChain(store, 'production', { keys, whole: true });

  beforeEach(() => {
    store = new MemoryStore();
  });

  it('makes one record of it, of which everything counts', async () => {
    const head = await importText(store, 'production', textOf(past), { keys, by: 'ann@laptop', now });
    assert.equal(head.number, 1);
    const chain = await read();
    assert.deepEqual(chain.records, past);
    assert.deepEqual(chain.findings, []);
    assert.deepEqual(
      chain.past.map(({ number }) => number),
      past.map(() => 1),
    );
  });

  it('leaves a snapshot: its text is not read each time', async () => {
    await importText(store, 'production', textOf(past), { keys });
    const names: string[] = [];
    const watched = Object.create(store) as MemoryStore;
    watched.read = (name) => {
      names.push(name);
      return store.read(name);
    };
    const chain = await readChain(watched, 'production', { keys });
    assert.deepEqual([chain.from.number, chain.records], [1, needed(past)]);
    const text = (await store.list('values')).filter((name) => store.objects.get(name)?.toString() === textOf(past));
    assert.equal(text.length, 1);
    assert.ok(!names.includes(text[0] ?? ''), names.join(' '));
  });

  it('decides as the text does, of its own environment, with what comes after it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRecord, { maxLength: 30 }),
        fc.array(anyRecord, { maxLength: 8 }),
        async (before, after) => {
          store.objects.clear();
          const old = timed(before);
          const own = timed(after, before.length).filter(({ environment }) => environment === 'production');
          await importText(store, 'production', textOf(old), { keys });
          await write(store, own);
          const of = (records: Parameters<typeof everyDecision>[0]) => (everyDecision(records) as unknown[])[0];
          assert.deepEqual(
            of((await readChain(store, 'production', { keys })).records),
            of([...parseLedger(textOf(old)), ...own]),
          );
        },
      ),
      { numRuns: isLong ? 1_000 : 60 },
    );
  });

  it('happens once: when it is done again, and by two machines at once', async () => {
    const text = textOf(past);
    await Promise.all([1, 2, 3].map(() => importText(store, 'production', text, { keys })));
    const head = await importText(store, 'production', text, { keys });
    assert.equal(head.number, 1);
    assert.deepEqual((await read()).records, past);
  });

  it('happens once though records, and a snapshot, have come since', async () => {
    await importText(store, 'production', textOf(past), { keys });
    await write(
      store,
      Array.from({ length: 201 }, () => cutover(a)),
    );
    assert.ok((await readChain(store, 'production', { keys })).from.number > 1);
    assert.equal((await importText(store, 'production', textOf(past), { keys })).number, 202);
  });

  it('takes another ledger over as well: an environment may have had two', async () => {
    await importText(store, 'production', textOf(past), { keys });
    await importText(store, 'production', textOf([cutover(a)]), { keys });
    assert.deepEqual((await read()).records, [...past, cutover(a)]);
  });

  it('makes nothing of an empty text', async () => {
    assert.equal((await importText(store, 'production', '\n', { keys })).number, 0);
  });

  it('says which lines are none, and counts the others', async () => {
    await importText(store, 'production', `${textOf([cutover(a)])}{"kind":"ver\n${textOf([cutover(a)])}`, { keys });
    const chain = await read();
    assert.deepEqual(chain.findings.map(describeFinding), ['record 1: line 3 of what it imports is no record']);
    assert.deepEqual(chain.records, [cutover(a), cutover(a)]);
  });
});

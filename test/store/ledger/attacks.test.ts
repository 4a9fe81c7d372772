import { strict as assert } from 'node:assert';
import { findVerdict } from '../../../releases/ledger';
import { formatRecord } from '../../../releases/ledger-text';
import { append } from '../../../store/ledger/append';
import { readChain, type Chain } from '../../../store/ledger/chain';
import { describeFinding } from '../../../store/ledger/finding';
import { entryName } from '../../../store/ledger/names';
import { again, approval, cutover, gate, releasesOf, rollback, tested, verdict } from '../../releases/fixtures';
import { keys, MemoryStore, write } from './fixtures';
import { a, b, c, checks, d, decided, e, forge, isOpen, past, staysUp, stranger, takeBackAt } from './scenario';

describe('a ledger that somebody without its key has changed', () => {
  let store: MemoryStore;
  const read = () => readChain(store, 'production', { keys });
  const at = (number: number) => entryName('production', number);
  const bytesAt = (number: number) => store.objects.get(at(number))!;
  const told = (chain: Chain) => chain.findings.map(describeFinding);

  beforeEach(async () => {
    store = new MemoryStore();
    await write(store, past);
  });

  it('lets d in, and keeps b and c out, while it is whole', async () => {
    const chain = await read();
    assert.deepEqual(chain.findings, []);
    assert.deepEqual([isOpen(chain, c), isOpen(chain, d), isOpen(chain, e)], [false, true, false]);
    assert.equal(decided(chain, b).refusal?.kind, 'taken-back');
    assert.deepEqual(decided(chain, b).take?.candidate, a);
    staysUp(chain);
  });

  for (const record of [
    verdict(c, gate('/'), 'passed'),
    tested(c, gate('/')),
    approval(c),
    { ...cutover(c), kind: 'adopted' as const, releases: releasesOf(c) },
    cutover(c),
    rollback(c, a),
    again(b),
  ]) {
    it(`takes nothing from a forged record: ${record.kind}`, async () => {
      forge(store, record);
      const chain = await read();
      assert.deepEqual(told(chain), ['record 12: its key is not trusted']);
      assert.equal(isOpen(chain, c), false);
      assert.equal(findVerdict(chain.records, 'production', c, gate('/')), undefined);
      assert.equal(decided(chain, b).refusal?.kind, 'taken-back');
      staysUp(chain);
    });
  }

  it('takes nothing that names a trusted key and is signed by another', async () => {
    forge(store, verdict(c, checks, 'passed'), { ...stranger.own, id: keys.own.id });
    const chain = await read();
    assert.deepEqual(told(chain), [
      'record 12: its signature is not that of its key: somebody has written or changed it',
    ]);
    assert.equal(isOpen(chain, c), false);
    staysUp(chain);
  });

  it('takes nothing from what is no record, and goes on after it', async () => {
    store.objects.set(at(12), Buffer.from('{"kind":"verdict","verdict":"passed"}\n'));
    await write(store, [verdict(c, checks, 'passed')]);
    const chain = await read();
    assert.deepEqual(told(chain), ['record 12: it is no record: somebody has written or changed it']);
    assert.equal(chain.head.number, 13);
    // What came after is signed, and counts; what was said for d before has to be said anew.
    assert.deepEqual([isOpen(chain, c), isOpen(chain, d)], [true, false]);
    staysUp(chain);
  });

  it('takes nothing from a record that was changed', async () => {
    store.objects.set(at(8), Buffer.from(bytesAt(8).toString().replaceAll('refused', 'passed')));
    const chain = await read();
    assert.match(told(chain).join('\n'), /^record 8: its signature is not that of its key/);
    assert.deepEqual([isOpen(chain, c), isOpen(chain, d)], [false, true]);
    staysUp(chain);
  });

  it('reads a record one way alone: another text with the same meaning is none', async () => {
    store.objects.set(at(10), Buffer.from(bytesAt(10).toString().replace('"kind"', ' "kind"')));
    const chain = await read();
    assert.match(told(chain).join('\n'), /^record 10: its signature is not that of its key/);
    assert.equal(isOpen(chain, d), false);
  });

  it('reads bytes one way alone: what is no text is no record', async () => {
    await write(store, [{ ...cutover(a), by: '\ufffd' }]);
    const text = bytesAt(12).toString('latin1');
    store.objects.set(at(12), Buffer.from(text.replace('\u00ef\u00bf\u00bd', '\u00ff'), 'latin1'));
    assert.match(told(await read()).join('\n'), /^record 12: it is no record/);
  });

  it('names a record that was removed, and lets nothing in that it may have kept out', async () => {
    store.objects.delete(at(8));
    const chain = await read();
    assert.deepEqual(told(chain), ['record 8: it is missing: somebody has removed it']);
    assert.deepEqual([isOpen(chain, c), isOpen(chain, d)], [false, true]);
    staysUp(chain);
  });

  it('names several that were removed', async () => {
    for (const number of [7, 8, 9]) store.objects.delete(at(number));
    assert.deepEqual(told(await read()), ['records 7 to 9: it is missing: somebody has removed it']);
  });

  for (const [how, change] of [
    ['removed', () => store.objects.delete(at(takeBackAt))],
    ['replaced by a forged one', () => forge(store, cutover(b), stranger.own, takeBackAt)],
    ['replaced by another record of the ledger', () => store.objects.set(at(takeBackAt), bytesAt(3))],
    ['made unreadable', () => store.objects.set(at(takeBackAt), Buffer.from('x'))],
  ] as const) {
    it(`lets no bad release return when the record of its take-back is ${how}`, async () => {
      change();
      const chain = await read();
      assert.ok(
        told(chain).some((text) => text.startsWith('record 6: ')),
        told(chain).join('\n'),
      );
      assert.equal(isOpen(chain, b), false);
      assert.equal(decided(chain, b).refusal?.kind, 'taken-back');
      assert.deepEqual(decided(chain, b).take?.candidate, a);
      // Somebody may still want it tried again.
      await write(store, [again(b)]);
      assert.equal(decided(await read(), b).refusal, undefined);
    });
  }

  it('takes nothing from records that were swapped', async () => {
    const [pass, refusal] = [bytesAt(7), bytesAt(8)];
    store.objects.set(at(7), refusal).set(at(8), pass);
    const chain = await read();
    assert.deepEqual(told(chain), [
      'record 7: it is a record of another number (8)',
      'record 8: it is a record of another number (7)',
    ]);
    assert.equal(isOpen(chain, c), false);
    staysUp(chain);
  });

  it('takes nothing from a record that is repeated at the end', async () => {
    store.objects.set(at(12), bytesAt(7));
    const chain = await read();
    assert.deepEqual(told(chain), ['record 12: it is a record of another number (7)']);
    assert.equal(isOpen(chain, c), false);
    staysUp(chain);
  });

  it('takes nothing from another environment’s ledger, though the key is the same', async () => {
    const other = { ...verdict(c, checks, 'passed'), environment: 'staging' };
    await append(store, 'staging', [...Array.from({ length: 11 }, () => other), other], { keys });
    store.objects.set(at(12), store.objects.get(entryName('staging', 12))!);
    const chain = await read();
    assert.deepEqual(told(chain), ['record 12: it is a record of another environment (staging)']);
    assert.equal(isOpen(chain, c), false);
    staysUp(chain);
  });

  it('takes nothing from another environment’s imported ledger', async () => {
    const text = formatRecord(verdict(c, checks, 'passed'));
    const imported = { kind: 'imported' as const, at: '2026-01-01T00:00:00Z', text };
    await append(
      store,
      'staging',
      Array.from({ length: 12 }, () => imported),
      { keys },
    );
    store.objects.set(at(12), store.objects.get(entryName('staging', 12))!);
    const chain = await read();
    assert.deepEqual(told(chain), ['record 12: it is a record of another environment (staging)']);
    assert.equal(isOpen(chain, c), false);
  });

  it('takes nothing from a record that its end had before it was cut off, once others follow another one', async () => {
    await write(store, [verdict(c, checks, 'passed')]);
    const before = bytesAt(12);
    store.objects.delete(at(12));
    await write(store, [cutover(a), cutover(a)]);
    store.objects.set(at(12), before);
    const chain = await read();
    assert.deepEqual(told(chain), [
      'record 12: the next record follows another one than this: somebody has replaced it',
    ]);
    assert.equal(isOpen(chain, c), false);
    staysUp(chain);
  });

  it('takes nothing from what lies beside the chain, and says that it does', async () => {
    const objects = {
      'ledger/production/000000/000000013.txt': 'x',
      'ledger/production/000001/000000012.json': bytesAt(7).toString(),
      'ledger/production/more/1': 'x',
      'ledger/production/000012': 'x',
    };
    for (const [name, content] of Object.entries(objects)) store.objects.set(name, Buffer.from(content));
    const chain = await read();
    assert.deepEqual(told(chain), [
      'ledger/production/000000/000000013.txt lies in the ledger and is no record of it',
      'ledger/production/000001/000000012.json lies in the ledger and is no record of it',
      'ledger/production/000012 lies in the ledger and is no record of it',
      'ledger/production/more/ lies in the ledger and is no record of it',
    ]);
    assert.deepEqual(chain.records, past);
  });

  it('goes on in its own place when something is written far behind its end', async () => {
    forge(store, verdict(c, checks, 'passed'), stranger.own, 999_999_999);
    const head = await write(store, [cutover(d)]);
    assert.equal(head.number, 12);
    const chain = await read();
    assert.deepEqual(told(chain), ['record 999999999: its key is not trusted; it lies behind the ledger’s end']);
    assert.deepEqual(chain.records, [...past, cutover(d)]);
  });

  for (const [how, change] of [
    ['removed', (name: string) => store.objects.delete(name)],
    ['another', (name: string) => store.objects.set(name, Buffer.from(JSON.stringify(gate('/').checks)))],
  ] as const) {
    it(`counts no record whose long value is ${how}`, async () => {
      for (const name of [...store.objects.keys()]) if (name.startsWith('values/')) change(name);
      const chain = await read();
      assert.ok(told(chain).includes('record 11: a long value of it is missing, or is another one'));
      assert.deepEqual([isOpen(chain, c), isOpen(chain, d), isOpen(chain, e)], [false, false, false]);
      assert.equal(decided(chain, b).refusal?.kind, 'taken-back');
      staysUp(chain);
    });
  }
});

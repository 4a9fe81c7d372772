import { strict as assert } from 'node:assert';
import { UserError } from '../../../base/errors';
import { approvalOf } from '../../../releases/approval';
import { acceptLoss, findLostEnd } from '../../../store/ledger/accept-loss';
import { append } from '../../../store/ledger/append';
import { ChainReading, readChain } from '../../../store/ledger/chain';
import { lastHead, type KnownHead } from '../../../store/ledger/entry';
import { describeFinding } from '../../../store/ledger/finding';
import { entryName } from '../../../store/ledger/names';
import { verifyChain } from '../../../store/ledger/verify';
import { cutover, verdict } from '../../releases/fixtures';
import { keys, keysOf, MemoryStore, write } from './fixtures';
import { a, asking, b, c, checks, d, decided, isOpen, past, staysUp, takeBackAt } from './scenario';

const by = 'ann@laptop';
const now = new Date('2026-01-02T00:00:00Z');

describe('a loss that somebody has accepted', () => {
  let store: MemoryStore;
  let known: KnownHead;
  const at = (number: number) => entryName('production', number);
  const options = (head = known) => ({ keys, head });
  const read = (head = known) => readChain(store, 'production', options(head));
  const accept = () => acceptLoss(store, 'production', known, { keys, by, now });
  const told = async (head = known) => (await findLostEnd(store, 'production', options(head))).finding;

  beforeEach(async () => {
    store = new MemoryStore();
    await write(store, past);
    known = await write(store, [verdict(c, checks, 'refused'), cutover(a)]);
  });

  /** Removes what comes after a number. */
  function cutAfter(number: number): void {
    for (let each = number + 1; each <= 20; each += 1) store.objects.delete(at(each));
  }

  it('can be accepted only where there is one', async () => {
    await assert.rejects(
      told(),
      (error: Error) => error instanceof UserError && /has lost no record/.test(error.message),
    );
    await assert.rejects(findLostEnd(store, 'production', { keys }), UserError);
    cutAfter(11);
    const lost = await findLostEnd(store, 'production', options());
    assert.equal(describeFinding(lost.finding), 'record 13: the ledger ends before it');
    assert.deepEqual([lost.known, lost.found.number], [known, 11]);
  });

  it('lets the ledger count again, and nothing that was said in favour before: all is tested and asked anew', async () => {
    cutAfter(11);
    assert.equal(isOpen(await readChain(store, 'production', { keys }), d), true);
    const head = await accept();
    const chain = await read();
    assert.deepEqual([chain.head, chain.findings], [head, []]);
    assert.deepEqual([isOpen(chain, c), isOpen(chain, d)], [false, false]);
    const { state } = approvalOf({
      ...{ environment: 'production', candidate: d, rule: asking.approval, now },
      ...chain,
    });
    assert.equal(state, 'missing');
    // What was said against one stands, and what runs runs on.
    assert.equal(decided(chain, b).refusal?.kind, 'taken-back');
    staysUp(chain);
    await append(store, 'production', [verdict(c, checks, 'passed')], options());
    assert.equal(isOpen(await read(), c), true);
  });

  it('takes a switch back whose end was lost', async () => {
    cutAfter(takeBackAt - 1);
    await accept();
    assert.equal(decided(await read(), b).refusal?.kind, 'taken-back');
  });

  it('begins anew where the whole ledger is gone', async () => {
    store.objects.clear();
    assert.equal(describeFinding(await told()), 'record 13: the ledger ends before it');
    const head = await accept();
    assert.deepEqual([head.number, head.losses], [1, 1]);
    assert.deepEqual((await read()).records, []);
    await append(store, 'production', [cutover(a)], options());
    assert.deepEqual((await read()).records, [cutover(a)]);
  });

  it('is that of one head alone: a later one, or another one of that number, is refused as before', async () => {
    const later = await write(store, [cutover(a)]);
    cutAfter(11);
    await accept();
    await read();
    await assert.rejects(read(later), /record 14: the ledger ends before it/);
    await assert.rejects(read({ number: 12, hash: 'f'.repeat(64) }), /record 12: it is another one/);
    await assert.rejects(read({ number: 13, hash: 'f'.repeat(64) }), /record 13: the ledger ends before it/);
  });

  it('counts for the state that knows it still, when the ledger has grown beyond', async () => {
    cutAfter(11);
    await accept();
    await write(store, [cutover(a), cutover(a), cutover(a), cutover(a)]);
    assert.deepEqual((await read()).findings, []);
  });

  it('is refused again when the record of it is cut off, or was written by a stranger', async () => {
    cutAfter(11);
    await accept();
    cutAfter(11);
    await assert.rejects(read(), UserError);
    await acceptLoss(store, 'production', known, { keys: keysOf('s'), by, now });
    await assert.rejects(read(), UserError);
  });

  it('has an end of its own, which later states know: it comes after every one that was lost', async () => {
    cutAfter(11);
    const head = await accept();
    assert.deepEqual([head.number, head.losses], [12, 1]);
    const next = await append(store, 'production', [cutover(a)], options());
    assert.deepEqual([next.number, next.losses], [13, 1]);
    const one = await append(store, 'production', [cutover(a)], options(next));
    assert.equal(one.losses, 1);
    assert.deepEqual(lastHead([known, next, undefined, one, null]), one);
    assert.deepEqual(lastHead([{ ...known, number: 99 }, next]), next);
    assert.equal(lastHead([undefined, null, { number: 0, hash: '' }]), undefined);
    cutAfter(13);
    await assert.rejects(read(one), /record 14: the ledger ends before it/);
    // A second loss is another one.
    known = one;
    assert.equal((await accept()).losses, 2);
    assert.deepEqual(
      (await read()).acceptedLosses.map(({ number }) => number),
      [12, 14],
    );
  });

  it('is accepted once, however often that is said', async () => {
    cutAfter(11);
    const head = await accept();
    assert.deepEqual(await accept(), head);
    assert.equal((await Promise.all([accept(), accept()])).length, 2);
    assert.equal((await read()).head.number, 12);
  });

  it('is in a snapshot as it is in all records', async () => {
    cutAfter(11);
    await accept();
    await write(store, [cutover(a)]);
    await new ChainReading(store, 'production', { keys }).writeSnapshot(keys.own);
    const chain = await read();
    assert.equal(chain.from.number, 13);
    assert.deepEqual(
      chain.acceptedLosses.map(({ number, by: who }) => [number, who]),
      [[12, by]],
    );
    assert.equal(chain.head.losses, 1);
    assert.deepEqual([isOpen(chain, d), decided(chain, b).refusal?.kind], [false, 'taken-back']);
    assert.equal((await append(store, 'production', [cutover(a)], options())).losses, 1);
  });

  it('is named by a look at all records, and is no finding', async () => {
    cutAfter(11);
    assert.deepEqual((await verifyChain(store, 'production', options())).findings.map(describeFinding), [
      'record 13: the ledger ends before it',
    ]);
    const { found } = await findLostEnd(store, 'production', options());
    await accept();
    assert.deepEqual(await verifyChain(store, 'production', options()), {
      ...{ end: 12, soundUpTo: 12, findings: [] },
      acceptedLosses: [{ kind: 'accepted-loss', number: 12, at: now.toISOString(), by, known, found }],
      lines: [
        'the ledger of production: records 1 to 12 are sound',
        'record 12: records up to 13 were lost, and ann@laptop has accepted that at 2026-01-02T00:00:00.000Z; the ledger ended with record 11 then',
      ],
    });
  });
});

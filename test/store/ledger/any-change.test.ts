import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { UserError } from '../../../base/errors';
import { isInFavour } from '../../../releases/lost-records';
import { append } from '../../../store/ledger/append';
import { readChain, type Chain } from '../../../store/ledger/chain';
import { describeFinding } from '../../../store/ledger/finding';
import { entryName } from '../../../store/ledger/names';
import { cutover, verdict } from '../../releases/fixtures';
import { keys, MemoryStore, write } from './fixtures';
import { c, checks, d, forge, past, stranger } from './scenario';

describe('a ledger of which anything was changed', () => {
  let store: MemoryStore;
  const read = () => readChain(store, 'production', { keys });
  const at = (number: number) => entryName('production', number);
  const told = (chain: Chain) => chain.findings.map(describeFinding);

  beforeEach(async () => {
    store = new MemoryStore();
    await write(store, past);
  });

  describe('when its state knows its end', () => {
    let head: Awaited<ReturnType<typeof write>>;
    const options = () => ({ keys, head });

    beforeEach(async () => {
      head = await write(store, [verdict(c, checks, 'refused')]);
    });

    for (const [how, change, finding] of [
      ['cut off', () => store.objects.delete(at(12)), 'record 12: the ledger ends before it'],
      ['replaced by a forged one', () => forge(store, cutover(c)), 'record 12: it is another one than the state knows'],
      ['lost as a whole', () => store.objects.clear(), 'record 12: the ledger ends before it'],
    ] as const) {
      it(`decides nothing and writes nothing when it is ${how}`, async () => {
        change();
        const before = [...store.objects.keys()];
        const refused = (error: Error) => {
          assert.ok(error instanceof UserError);
          assert.equal(
            error.toString(),
            `the ledger of production is not the one that its state knows: ${finding}\n` +
              '  next: put ledger/production in the store memory back as it was: from a backup, or from former versions of its objects; ' +
              'if there are none: ./sluice history production --accept-lost-records',
          );
          return true;
        };
        await assert.rejects(readChain(store, 'production', options()), refused);
        await assert.rejects(append(store, 'production', [cutover(c)], options()), refused);
        assert.deepEqual([...store.objects.keys()], before);
      });
    }

    it('refuses another end that is signed: one that was written after its end was cut off', async () => {
      store.objects.delete(at(12));
      await write(store, [verdict(c, checks, 'passed')]);
      await assert.rejects(
        readChain(store, 'production', options()),
        /record 12: it is another one than the state knows/,
      );
    });

    it('goes on when others have written since', async () => {
      await write(store, [cutover(d)]);
      assert.equal((await readChain(store, 'production', options())).head.number, 13);
    });
  });

  it('counts nothing that was not written, whatever is done, and names what was changed', async () => {
    const number = fc.integer({ min: 1, max: past.length + 2 });
    const change = fc.oneof(
      fc.record({ how: fc.constant('remove' as const), to: number }),
      fc.record({ how: fc.constant('copy' as const), from: number, to: number }),
      fc.record({ how: fc.constant('swap' as const), from: number, to: number }),
      fc.record({ how: fc.constant('flip' as const), to: number, byte: fc.nat(2_000) }),
      fc.record({ how: fc.constant('forge' as const), to: number, record: fc.constantFrom(...past) }),
    );
    const whole = new Map(store.objects);
    const written = new Set(past.map((record) => JSON.stringify(record)));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        store.objects.clear();
        for (const [name, content] of whole) store.objects.set(name, content);
        for (const each of changes) {
          const to = at(each.to);
          const there = store.objects.get(to);
          const from = 'from' in each ? store.objects.get(at(each.from)) : undefined;
          if (each.how === 'remove') store.objects.delete(to);
          if (each.how === 'forge') forge(store, each.record, stranger.own, each.to);
          if ((each.how === 'copy' || each.how === 'swap') && from !== undefined) store.objects.set(to, from);
          if (each.how === 'swap' && there !== undefined && from !== undefined) store.objects.set(at(each.from), there);
          if (each.how === 'flip' && there !== undefined) {
            const copy = Buffer.from(there);
            copy[each.byte % copy.length]! ^= 1;
            store.objects.set(to, copy);
          }
        }
        const isWhole = (n: number) => store.objects.get(at(n))?.equals(whole.get(at(n))!) === true;
        const numbers = past.map((_, index) => index + 1);
        const end = numbers.findLast(isWhole) ?? 0;
        // Where the end is cut off, the chain alone can't tell.
        const isCutOff = (n: number) => numbers.slice(end, n).some((each) => !store.objects.has(at(each)));
        const chain = await read();
        for (const { number: n, record } of chain.past) assert.deepEqual(record, past[n - 1]);
        for (const record of chain.records) {
          const isSaidOfALoss =
            record.kind === 'taken-back' && record.summary === 'the record of how this switch ended is lost';
          assert.ok(isSaidOfALoss || written.has(JSON.stringify(record)), record.kind);
        }
        for (const n of numbers) {
          if (isWhole(n) || isCutOff(n)) continue;
          assert.ok(
            chain.findings.some((finding) => finding.number <= n && n <= (finding.upTo ?? finding.number)),
            `${n} in ${told(chain).join('\n')}`,
          );
          // Nothing that stood before what was changed lets anything in.
          for (const { number: before, record } of chain.past) {
            if (before < n && isInFavour(record)) assert.ok(!chain.records.includes(record), `${before} before ${n}`);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

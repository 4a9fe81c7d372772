import { strict as assert } from 'node:assert';
import { findVerdict, lastCutover } from '../../../releases/ledger';
import { readChain } from '../../../store/ledger/chain';
import { signedEntry, type RekeyRecord } from '../../../store/ledger/entry';
import { describeFinding } from '../../../store/ledger/finding';
import { sha256 } from '../../../store/ledger/hash';
import { entryName } from '../../../store/ledger/names';
import { cutover, verdict } from '../../releases/fixtures';
import { keys as former, keysOf, MemoryStore, write } from './fixtures';
import { a, b, c, checks } from './scenario';

const current = keysOf('n');
const at = (number: number) => entryName('production', number);

describe('a ledger that has got another key', () => {
  let store: MemoryStore;
  const read = () => readChain(store, 'production', { keys: current });
  const told = async () => (await read()).findings.map(describeFinding);
  const passes = async () => findVerdict((await read()).records, 'production', a, checks)?.verdict === 'passed';

  /** The new key's word for the former one. */
  async function rekey(upTo?: Partial<RekeyRecord['upTo']>): Promise<void> {
    const { head } = await readChain(store, 'production', { keys: former });
    const { publicKey } = former.own;
    const record: RekeyRecord = { kind: 'rekey', at: '2026-01-01T00:00:00Z', publicKey, upTo: { ...head, ...upTo } };
    await write(store, [record], current);
  }

  /** What the former key signs in a place, whoever has it by now. */
  function sign(
    number: number,
    record = verdict(a, checks, 'passed'),
    previous = sha256(store.objects.get(at(number - 1))!),
  ) {
    const entry = { environment: 'production', number, previous, values: [], record };
    store.objects.set(at(number), signedEntry(entry, former.own));
  }

  beforeEach(async () => {
    store = new MemoryStore();
    await write(store, [verdict(a, checks, 'passed'), cutover(a)]);
  });

  it('counts what the former key has signed up to there', async () => {
    await rekey();
    assert.deepEqual(await told(), []);
    assert.equal(await passes(), true);
    const { rekeys, past } = await read();
    assert.equal(rekeys.length, 1);
    assert.deepEqual(
      past.map(({ number }) => number),
      [1, 2],
    );
  });

  it('counts nothing of a key that is lost, and names what it has signed', async () => {
    await write(store, [verdict(b, checks, 'passed')], current);
    assert.deepEqual(await told(), ['records 1 to 2: its key is not trusted']);
    assert.equal(await passes(), false);
    assert.equal(findVerdict((await read()).records, 'production', b, checks)?.verdict, 'passed');
  });

  it('counts nothing that the former key signs afterwards', async () => {
    await rekey();
    sign(4, verdict(b, checks, 'passed'));
    assert.deepEqual(await told(), ['record 4: its key is not trusted']);
    assert.equal(findVerdict((await read()).records, 'production', b, checks), undefined);
    assert.deepEqual(lastCutover((await read()).records, 'production')?.candidate, a);
  });

  it('counts nothing that the former key signs afterwards, though others follow it', async () => {
    await rekey();
    sign(4, verdict(b, checks, 'passed'));
    await write(store, [cutover(a)], current);
    assert.deepEqual(await told(), ['record 4: its key is not trusted']);
    assert.equal(findVerdict((await read()).records, 'production', b, checks), undefined);
  });

  it('counts nothing of a former key whose last record is told wrongly', async () => {
    await rekey({ hash: sha256('another') });
    assert.deepEqual(await told(), ['records 1 to 2: its key is not trusted']);
  });

  it('counts nothing that the former key signs anew in an old place', async () => {
    await rekey();
    sign(1, verdict(c, checks, 'passed'), '');
    assert.deepEqual(await told(), ['record 1: its key is not trusted']);
    assert.equal(findVerdict((await read()).records, 'production', c, checks), undefined);
  });

  it('counts nothing of the former key when its last record is another one than the new key has seen', async () => {
    await rekey();
    sign(2, verdict(c, checks, 'passed'));
    assert.deepEqual(await told(), ['records 1 to 2: its key is not trusted']);
    assert.equal(findVerdict((await read()).records, 'production', c, checks), undefined);
  });

  it('takes no word of a key that is not trusted for another one', async () => {
    const { publicKey } = former.own;
    const { head } = await readChain(store, 'production', { keys: former });
    const stranger = keysOf('s');
    await write(store, [{ kind: 'rekey', at: '2026-01-01T00:00:00Z', publicKey, upTo: head }], stranger);
    assert.deepEqual(await told(), ['records 1 to 3: its key is not trusted']);
  });

  it('goes back over several keys', async () => {
    await rekey();
    const third = keysOf('t');
    const { head } = await read();
    const { publicKey } = current.own;
    await write(store, [{ kind: 'rekey', at: '2026-01-02T00:00:00Z', publicKey, upTo: head }], third);
    const chain = await readChain(store, 'production', { keys: third });
    assert.deepEqual(chain.findings, []);
    assert.equal(chain.past.length, 2);
  });

  it('knows a former key from the state as well', async () => {
    await write(store, [cutover(b)], current);
    const { own } = former;
    const trusted = [{ id: own.id, publicKey: own.publicKey, upTo: 2 }];
    const chain = await readChain(store, 'production', { keys: { ...current, trusted } });
    assert.deepEqual(chain.findings, []);
    assert.equal(chain.past.length, 3);
  });
});

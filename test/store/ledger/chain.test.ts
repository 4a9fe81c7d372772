import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { append } from '../../../store/ledger/append';
import { ChainReading, readChain } from '../../../store/ledger/chain';
import { keyOf } from '../../../store/ledger/keys';
import { entryName } from '../../../store/ledger/names';
import { StoreTrouble } from '../../../store/trouble';
import type { LedgerRecord } from '../../../releases/ledger';
import { candidate, cutover, gate, verdict } from '../../releases/fixtures';
import { keys, keysOf, MemoryStore, write } from './fixtures';

const a = candidate('a');
const b = candidate('b');
const long = 'x'.repeat(3_000);
const longGate = { checks: [{ ...gate('/').checks[0]!, settings: { scenario: long, path: '/' } }] };

describe('a chain of records', () => {
  let store: MemoryStore;

  beforeEach(() => {
    store = new MemoryStore();
  });

  it('gives back what was written, in its order', async () => {
    const records: LedgerRecord[] = [verdict(a, gate('/'), 'passed'), cutover(a), verdict(b, gate('/'), 'refused')];
    const head = await write(store, records);
    const chain = await readChain(store, 'production', { keys, head });
    assert.deepEqual(chain.records, records);
    assert.deepEqual(
      chain.past,
      records.map((record, index) => ({ number: index + 1, record })),
    );
    assert.deepEqual(chain.findings, []);
    assert.deepEqual(chain.head, head);
    assert.equal(head.number, 3);
  });

  it('is empty before the first record', async () => {
    const chain = await readChain(store, 'production', { keys, head: { number: 0, hash: '' } });
    assert.deepEqual(chain.records, []);
    assert.deepEqual(chain.findings, []);
    assert.deepEqual(chain.head, { number: 0, hash: '' });
  });

  it('keeps the order of what a record says: what is made of it is the same text', async () => {
    const record = { ...verdict({ z: a['discounts']!, a: b['discounts']! }, longGate, 'passed'), by: 'ann' };
    await write(store, [record]);
    const chain = await readChain(store, 'production', { keys });
    assert.equal(JSON.stringify(chain.records), JSON.stringify([record]));
  });

  it('lays records in folders of a thousand', () => {
    assert.equal(entryName('production', 42), 'ledger/production/000000/000000042.json');
    assert.equal(entryName('production', 999), 'ledger/production/000000/000000999.json');
    assert.equal(entryName('production', 1_000), 'ledger/production/000001/000001000.json');
  });

  it('goes on from one folder to the next', async () => {
    const records = Array.from({ length: 1_003 }, (_, index) => ({ ...cutover(a), by: String(index) }));
    await write(store, records);
    await write(store, [cutover(b)]);
    const chain = await readChain(store, 'production', { keys });
    assert.deepEqual(chain.records, [...records, cutover(b)]);
    assert.deepEqual(await store.list('ledger/production'), ['ledger/production/000000/', 'ledger/production/000001/']);
  });

  for (const [where, known, hidden] of [
    ['in the midst of a folder', 0, 2],
    ['at the start of a folder', 0, 1],
    ['right after what is known', 2, 4],
  ] as const) {
    it(`misses no record that a folder does not show while others write: ${where}`, async () => {
      const records = [cutover(a), cutover(b), verdict(a, gate('/'), 'passed'), cutover(a), cutover(b)];
      await write(store, records.slice(0, known));
      const torn = Object.create(store) as MemoryStore;
      const reading = new ChainReading(torn, 'production', { keys });
      await reading.readOn();
      await write(store, records.slice(known));
      // What was made last is seen, and not what was made just before it.
      torn.readAll = async (folder, after) => {
        const all = await store.readAll(folder, after);
        return all.filter(({ name }) => name !== entryName('production', hidden));
      };
      const chain = await reading.readOn();
      assert.deepEqual(chain.records, records);
      assert.deepEqual(chain.findings, []);
    });
  }

  it('keeps a long value once, and not in the records', async () => {
    await write(store, [verdict(a, longGate, 'refused'), verdict(b, longGate, 'passed')]);
    await write(store, [verdict(a, { checks: [...longGate.checks, ...gate('/other').checks] }, 'passed')]);
    assert.equal((await store.list('values')).length, 1);
    for (const [name, content] of store.objects) if (!name.startsWith('values/')) assert.ok(content.length < 1_500);
    const { records } = await readChain(store, 'production', { keys });
    assert.deepEqual(records[1], verdict(b, longGate, 'passed'));
  });

  it('keeps a gate of many short parts once', async () => {
    const many = { checks: Array.from({ length: 30 }, (_, index) => gate(`/${index}`).checks[0]!) };
    await write(store, [verdict(a, many, 'passed'), verdict(b, many, 'passed')]);
    assert.equal((await store.list('values')).length, 1);
    const { records } = await readChain(store, 'production', { keys });
    assert.deepEqual(records, [verdict(a, many, 'passed'), verdict(b, many, 'passed')]);
    assert.equal((records[0] as { gate?: object }).gate, (records[1] as { gate?: object }).gate);
  });

  it('refuses a value that is another one under its name', async () => {
    await write(store, [verdict(a, longGate, 'passed')]);
    const [name] = await store.list('values');
    store.objects.set(name!, Buffer.from('other'));
    await assert.rejects(write(store, [verdict(b, longGate, 'passed')]), (error: Error) => {
      assert.ok(error.toString().startsWith(`${name} in the store memory is not what its name says`), error.toString());
      return true;
    });
    assert.equal((await readChain(store, 'production', { keys })).head.number, 1);
  });

  it('lets who comes second decide again, on what the first has written', async () => {
    const seen: number[] = [];
    let interrupt = true;
    await write(store, async (chain) => {
      seen.push(chain.records.length);
      if (interrupt) {
        interrupt = false;
        await write(store, [cutover(b)]);
      }
      return chain.records.length === 0 ? [cutover(a)] : [{ ...cutover(a), by: 'second' }];
    });
    assert.deepEqual(seen, [0, 1]);
    assert.deepEqual((await readChain(store, 'production', { keys })).records, [
      cutover(b),
      { ...cutover(a), by: 'second' },
    ]);
  });

  it('writes the rest of several records after what came between, and asks nobody again', async () => {
    let asked = 0;
    const create = store.create.bind(store);
    let between = true;
    store.create = async (name, content) => {
      if (between && name === entryName('production', 2)) {
        between = false;
        await write(store, [cutover(b)]);
      }
      return create(name, content);
    };
    await write(store, () => {
      asked += 1;
      return [verdict(a, gate('/'), 'passed'), cutover(a)];
    });
    assert.equal(asked, 1);
    assert.deepEqual((await readChain(store, 'production', { keys })).records, [
      verdict(a, gate('/'), 'passed'),
      cutover(b),
      cutover(a),
    ]);
  });

  it('writes nothing for nothing', async () => {
    const head = await write(store, [cutover(a)]);
    assert.deepEqual(await write(store, () => []), head);
    assert.equal(store.objects.size, 1);
  });

  for (const [title, wasMade] of [
    ['is there', true],
    ['is not there', false],
  ] as const) {
    it(`looks before it writes again when the store can't tell: what was written ${title}`, async () => {
      const create = store.create.bind(store);
      let times = 0;
      store.create = async (name, content) => {
        times += 1;
        if (times > 1) return create(name, content);
        if (wasMade) await create(name, content);
        throw new StoreTrouble('the store is away', 'wait');
      };
      const head = await write(store, [cutover(a)]);
      assert.equal(times, wasMade ? 1 : 2);
      assert.deepEqual((await readChain(store, 'production', { keys, head })).records, [cutover(a)]);
    });
  }

  it('knows its own record when the store has tried twice by itself', async () => {
    const create = store.create.bind(store);
    store.create = async (name, content) => {
      await create(name, content);
      return false;
    };
    await write(store, [cutover(a)]);
    store.create = create;
    assert.deepEqual((await readChain(store, 'production', { keys })).records, [cutover(a)]);
  });

  it('says so when the store stays away', async () => {
    store.create = () => Promise.reject(new StoreTrouble('the store is away', 'wait'));
    await assert.rejects(write(store, [cutover(a)]), StoreTrouble);
  });

  it('gives up when the store says that something is there, and does not show it', async () => {
    store.create = () => Promise.resolve(false);
    await assert.rejects(write(store, [cutover(a)]), /says that ledger.production.000000.000000001.json is there/);
  });

  it('writes two records of two writers that say the same', async () => {
    await Promise.all([write(store, [cutover(a)]), write(store, [cutover(a)])]);
    assert.equal((await readChain(store, 'production', { keys })).records.length, 2);
  });

  it('holds the records of its own environment alone', async () => {
    await assert.rejects(write(store, [cutover(a, 'staging')]), /a record of staging does not belong/);
  });
});

describe('the key of a ledger', () => {
  it('is the same for the same secret, and another for another', () => {
    const secret = randomBytes(32);
    assert.equal(keyOf(secret.toString('base64')).id, keyOf(secret.toString('base64')).id);
    assert.notEqual(keyOf(secret.toString('base64')).id, keyOf(secret.toString('hex')).id);
    assert.match(keyOf(secret.toString('hex')).id, /^[0-9a-f]{16}$/);
  });

  it('is none of a short secret', () => {
    assert.throws(() => keyOf('x'.repeat(42)), /43 characters/);
  });

  it('stays what it is: existing ledgers are signed with it', () => {
    assert.equal(keysOf('k').own.publicKey, keyOf('k'.repeat(44)).publicKey);
    assert.equal(keyOf('k'.repeat(44)).id, 'caa07586290224ef');
  });

  it('reads what this version has written: such objects lie in stores', async () => {
    const store = new MemoryStore();
    await store.create(entryName('production', 1), Buffer.from(writtenByVersionOne));
    const chain = await readChain(store, 'production', { keys });
    assert.deepEqual(chain.findings, []);
    assert.deepEqual(chain.records, [cutover(a)]);
  });

  it('can be missing only where nothing is written', async () => {
    const store = new MemoryStore();
    await write(store, [cutover(a)]);
    const readOnly = { trusted: keys.trusted };
    assert.equal((await readChain(store, 'production', { keys: readOnly })).records.length, 1);
    await assert.rejects(append(store, 'production', [cutover(a)], { keys: readOnly }), /no key/);
  });
});

const writtenByVersionOne =
  '{"version":1,"environment":"production","number":1,"previous":"","key":"caa07586290224ef","nonce":"3753f26f0ae441ff","values":[],' +
  '"record":{"kind":"cutover","at":"2026-01-01T00:00:01Z","environment":"production","candidate":{"discounts":{"service":"discounts",' +
  `"image":"localhost:5500/discounts","digest":"sha256:${'a'.repeat(64)}","revision":"${'a'.repeat(40)}"}},` +
  '"releases":{"discounts":"discounts-aaaaaaaaaaaa:8080"}},' +
  '"signature":"JTM61eD2s+wjTzvbze2vMTjqwL+1mac/aXERt0w+CQy/NgabPgjDoHF/leDuA13eXzZZTq2nj0xhtr35/FJpAA=="}\n';

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { readStacks } from '../../config/stacks';
import { isEnvironment } from '../../config/stack';
import { removeOutdated, retainEvidence } from '../../operations/retain-evidence';
import { importText } from '../../store/ledger/import';
import { entryName } from '../../store/ledger/names';
import type { LedgerRecord } from '../../releases/ledger';
import { formatRecord } from '../../releases/ledger-text';
import { keepInLedger, readEvidence } from '../../targets/evidence';
import { storedRuns } from '../../targets/evidence-runs';
import { readingOf, readLedger } from '../../targets/ledger';
import { access, storeHome } from '../targets/store-home';
import { candidate, cutover, gate, verdict } from '../releases/fixtures';
import { someLease } from './some-lease';

const now = new Date('2026-06-10T12:00:00Z');
const g = gate('/');
const [a, b, c] = [candidate('a'), candidate('b'), candidate('c')];

/** `2026-06-03T12-00-00-000Z`: so many days before now. */
const named = (daysAgo: number): string =>
  new Date(now.getTime() - daysAgo * 24 * 60 * 60 * 1000).toISOString().replace(/[:.]/g, '-');
const atOf = (run: string): string => run.replace(/T(\d\d)-(\d\d)-(\d\d)-/, 'T$1:$2:$3.');

describe('evidence that is removed', () => {
  const home = storeHome();
  const keep = { runs: 50, days: 5 };

  /** A run that has left a page and a trace, and is on record. @returns its folder */
  async function run(record: LedgerRecord & { evidence?: string }, daysAgo: number): Promise<string> {
    const { environment } = record;
    const folder = `${environment}/xx/${named(daysAgo)}`;
    await home.put(environment, { ...record, at: atOf(named(daysAgo)), evidence: folder } as LedgerRecord);
    await leave(folder, environment);
    return folder;
  }

  async function leave(folder: string, environment = 'production'): Promise<void> {
    const files = ['index.html', 'shop/trace.zip'].map((name) => ({ name, content: Buffer.from('x') }));
    await keepInLedger(files, home.place(environment), folder);
  }

  const left = async (environment = 'production'): Promise<string[]> =>
    (await storedRuns(home.place(environment))).map((name) => name.replace('evidence/', ''));
  const remove = (change: Partial<Parameters<typeof removeOutdated>[0]> = {}, lease = someLease()): Promise<number> =>
    removeOutdated({ ledger: home.place('production'), keep, retain: 1, ...change }, lease, now);

  it('is what config keeps no longer; the ledger stays as it is, and so does what runs', async () => {
    const runs = [
      await run(verdict(a, g, 'passed'), 9),
      await run(verdict(b, g, 'passed'), 8),
      await run(verdict(c, g, 'passed'), 7),
    ];
    await home.put('production', cutover(b));
    await run(verdict(a, g, 'passed'), 9 - 8);
    const before = await home.records('production');
    assert.equal(await remove(), 2);
    // b runs, on its pass; the last one is young.
    assert.deepEqual(await left(), [runs[1], `production/xx/${named(1)}`].sort());
    assert.deepEqual(await home.records('production'), before);
    assert.equal(await remove(), 0);
  });

  it('is not what a candidate rests on that upstream may offer again', async () => {
    const runs = [await run(verdict(a, g, 'passed'), 9), await run(verdict(b, g, 'passed'), 8)];
    await run(verdict(c, g, 'passed'), 7);
    await home.put('staging', cutover(a, 'staging'), cutover(b, 'staging'), cutover(c, 'staging'));
    await home.put('production', cutover(c));
    assert.equal(await remove({ upstream: { ledger: home.place('staging'), retain: 2 } }), 1);
    assert.ok(!(await left()).includes(runs[0]!) && (await left()).includes(runs[1]!));
  });

  it('is not another environment’s, and not what a run leaves that is being recorded', async () => {
    await home.put('production', cutover(a));
    const staging = { ...verdict(a, g, 'passed'), environment: 'staging' };
    await run(staging, 9);
    await run(staging, 8);
    await leave(`production/yy/watch-${named(0.9)}`);
    await leave(`production/yy/watch-${named(1.1)}`);
    await leave('production/yy/7');
    assert.equal(await remove(), 1);
    assert.deepEqual(
      (await left()).filter((name) => name.startsWith('production/yy/')),
      ['production/yy/7', `production/yy/watch-${named(0.9)}`],
    );
    assert.equal((await left('staging')).length, 2);
  });

  it('is nothing that only a lost record may have named', async () => {
    await run(verdict(a, g, 'passed'), 9);
    const lostRun = await run(verdict(b, g, 'passed'), 8);
    await run(verdict(c, g, 'passed'), 7);
    await home.store.remove(entryName('production', 2));
    assert.equal((await readLedger(home.place('production'))).length, 1);
    await remove();
    assert.ok((await left()).includes(lostRun));
  });

  it('is nothing that config keeps, whatever decisions need of a long ledger', async () => {
    // A gate that was asked again: decisions need its last answer only.
    const refused: string[] = [];
    for (const daysAgo of [9, 8, 7, 6]) refused.push(await run(verdict(a, g, 'refused'), daysAgo));
    const old = await run(verdict(a, g, 'passed'), 8.5);
    const young = [await run(verdict(a, g, 'passed'), 4), await run(verdict(a, g, 'passed'), 3)];
    await home.put('production', cutover(b));
    await home.shorten('production');
    await leave(`production/yy/watch-${named(2)}`);
    const inNeed = (await readLedger(home.place('production'))).flatMap((record) =>
      'evidence' in record && record.evidence !== '' ? [record.evidence] : [],
    );
    assert.ok(!inNeed.includes(refused[0]), 'a snapshot has what decisions need alone');
    // Refusals are kept for four times as long; the killed run was never recorded.
    assert.equal(await remove(), 2);
    assert.deepEqual(await left(), [...refused, ...young].sort());
    assert.ok(!(await left()).includes(old));
  });

  it('is found by records before the last ones, too', async () => {
    const old = `production/xx/${named(9)}`;
    const first = { ...verdict(a, g, 'refused'), at: atOf(named(9)), evidence: old };
    const later = Array.from({ length: 600 }, (_, index) => cutover(index % 2 === 0 ? b : c));
    // As one record: six hundred take their time.
    const text = [first, ...later].map(formatRecord).join('');
    const place = home.place('production');
    await importText(home.store, 'production', text, { ...readingOf(place), by: 'ann' });
    await leave(old);
    for (const daysAgo of [7, 6]) await run(verdict(a, g, 'refused'), daysAgo);
    assert.equal(await remove(), 0);
    assert.ok((await left()).includes(old));
    assert.equal(await remove({ keep: { runs: 1, days: 5 } }), 1);
    assert.ok(!(await left()).includes(old));
  });

  it('is ended by the next run when one was killed, and by nobody who has lost the lease', async () => {
    for (const daysAgo of [9, 8, 7, 6]) await run(verdict(a, g, 'passed'), daysAgo);
    let checks = 0;
    const check = () => (checks++ < 2 ? Promise.resolve() : Promise.reject(new Error('taken over')));
    await assert.rejects(remove({}, someLease({ check })), /taken over/);
    assert.equal((await left()).length, 2);
    // What was killed within a run has left its page alone.
    await home.store.remove(`evidence/production/xx/${named(7)}/shop/trace.zip`);
    assert.equal(await remove(), 1);
    assert.deepEqual(await left(), [`production/xx/${named(6)}`]);
    assert.equal((await readEvidence(home.place('production'), `production/xx/${named(6)}`)).length, 2);
  });

  it('is looked for in no ledger while none can be outdated', async () => {
    await run(verdict(a, g, 'passed'), 4);
    const ledger = { ...home.place('production'), head: { number: 9, hash: '' } };
    assert.equal(await remove({ ledger }), 0);
    await assert.rejects(remove({ ledger, keep: { runs: 50, days: 3 } }), /is not the one that its state knows/);
    await run(verdict(a, g, 'passed'), 3);
    await assert.rejects(remove({ ledger, keep: { runs: 1, days: 5 } }), /is not the one that its state knows/);
    assert.equal((await left()).length, 2);
  });

  it('is no more than so many runs at a time, and the rest the next time', async () => {
    for (const daysAgo of [9, 8, 7]) await run(verdict(a, g, 'passed'), daysAgo);
    assert.deepEqual([await remove({ most: 1 }), await remove({ most: 1 }), await remove({ most: 1 })], [1, 1, 0]);
  });

  it('is what has left something: folders with nothing in them count for none, and keep no other run', async () => {
    for (const daysAgo of [9, 8]) await run(verdict(a, g, 'passed'), daysAgo);
    for (const daysAgo of [7, 6]) {
      const empty = path.join(home.store.place, 'evidence/production/aa', named(daysAgo));
      fs.mkdirSync(empty, { recursive: true });
      if (daysAgo === 7) fs.writeFileSync(path.join(empty, '.DS_Store'), '');
    }
    assert.deepEqual([await remove({ most: 1 }), await remove({ most: 1 })], [1, 0]);
    assert.deepEqual(await left(), [`production/aa/${named(7)}`, `production/xx/${named(8)}`]);
  });

  describe('after an update', () => {
    const file = () =>
      readStacks()
        .filter(isEnvironment)
        .find(({ name }) => name === 'production')!;
    const notes = async (lease = someLease()): Promise<string[]> => {
      const noted: string[] = [];
      await retainEvidence(file(), readStacks(), lease, (line) => void noted.push(line));
      return noted;
    };
    beforeEach(() => {
      home.publish('platform', { ledgers: access });
    });

    it('is said in a line, or not at all', async () => {
      await run(verdict(a, g, 'passed'), 9_000);
      await run(verdict(a, g, 'passed'), 8_000);
      await run(verdict(a, g, 'passed'), 7_000);
      assert.deepEqual(await notes(), ['production: removed the evidence of 2 older runs (sluice:retainEvidence)']);
      assert.deepEqual(await notes(), []);
    });

    it('waits while nobody can tell what upstream has run before, and may offer again', async () => {
      for (const daysAgo of [9_000, 8_000, 7_000]) await run(verdict(a, g, 'passed'), daysAgo);
      home.publish('staging', { deployed: { candidate: a } });
      assert.deepEqual(await notes(), [
        'production: older evidence stays for now: what staging has run before is not on record yet',
      ]);
      assert.equal((await left()).length, 3);
      await home.put('staging', cutover(b, 'staging'));
      assert.deepEqual(await notes(), ['production: removed the evidence of 2 older runs (sluice:retainEvidence)']);
    });

    it('fails nothing when it can’t be removed', async () => {
      await run(verdict(a, g, 'passed'), 9_000);
      await run(verdict(a, g, 'passed'), 8_000);
      const check = () => Promise.reject(new Error('the disk is\nread-only'));
      assert.match(
        (await notes(someLease({ check }))).join('\n'),
        /^production: older evidence stays for now: .*read-only$/,
      );
      fs.rmSync(path.join(home.store.place, 'evidence'), { recursive: true });
      fs.writeFileSync(path.join(home.store.place, 'evidence'), '');
      assert.deepEqual(await notes(), []);
    });
  });
});

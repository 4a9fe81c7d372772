import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { run } from '../../cli/history';
import { recordBundle } from '../../store/bundle/record';
import { entryName } from '../../store/ledger/names';
import type { KnownHead } from '../../store/ledger/entry';
import { keepInLedger } from '../../targets/evidence';
import { appendRecords, chainOf, readingOf } from '../../targets/ledger';
import type { SituationName } from '../errors/table';
import { candidate, cutover, unhealthy } from '../releases/fixtures';
import { access, storeHome } from '../targets/store-home';
import { assertTold } from '../errors/told';
import { UserError } from '../../base/errors';

const [a, b] = [candidate('a'), candidate('b')];
const at = (time: string, record: ReturnType<typeof cutover>) => ({ ...record, at: `2026-01-01T00:00:0${time}Z` });

describe('./sluice history', () => {
  const home = storeHome();
  beforeEach(async () => {
    home.publish('platform', { ledgers: access });
    // What a verb brings about by itself: where the state is. Nothing is installed on the machine of whoever runs the tests.
    delete process.env['PULUMI_BACKEND_URL'];
    Object.assign(process.env, { CI: 'true', SLUICE_IN_IMAGE: '1' });
    await home.put('staging', at('1', cutover(a, 'staging')), at('5', cutover(b, 'staging')));
    await home.put('production', at('3', cutover(a)));
  });

  async function history(options: Record<string, boolean> = {}, ...words: string[]) {
    const said: string[] = [];
    const code = await run({ words, options, say: (line) => void said.push(line), note: () => undefined });
    return { code, said };
  }
  const events = async (...words: string[]): Promise<string[]> => {
    const { said } = await history({ json: true }, ...words);
    const all = JSON.parse(said.join('\n')) as { environment: string; at: string }[];
    return all.map((event) => `${event.environment} ${event.at.slice(17, 19)}`);
  };

  it('tells of all environments, newest first, or of one', async () => {
    assert.deepEqual(await events(), ['staging 05', 'production 03', 'staging 01']);
    assert.deepEqual(await events('staging'), ['staging 05', 'staging 01']);
  });

  it('says of evidence that has been removed that it is no longer kept, and how the rest is shown', async () => {
    const evidence = ['1', '2'].map((run) => ({ ...at(run, cutover(a)), evidence: `production/x/${run}` }));
    await home.put('production', ...evidence);
    await keepInLedger([{ name: 'a.log', content: Buffer.from('x') }], home.place('production'), 'production/x/2');
    const { said } = await history({}, 'production');
    assert.deepEqual(
      said.filter((line) => line.includes('evidence')),
      ['    evidence: ./sluice evidence production 2', '    evidence: no longer kept (sluice:retainEvidence)'],
    );
    const told = JSON.parse((await history({ json: true }, 'production')).said.join('')) as { evidenceKept: unknown }[];
    assert.deepEqual(
      told.map(({ evidenceKept }) => evidenceKept),
      [true, false, null],
    );
  });

  it('keeps the order of a ledger where a clock went back', async () => {
    await home.put('production', at('2', cutover(b)));
    assert.deepEqual(await events('production'), ['production 02', 'production 03']);
  });

  it('tells nothing, and installs nothing, where nothing was ever brought up', async () => {
    process.env['SLUICE_HOME'] = path.join(home.folder, 'none');
    assert.deepEqual(await history(), { code: 0, said: ['nothing has happened yet'] });
  });

  it('says that there are no ledgers yet before the platform was brought up by this version', async () => {
    home.publish('platform', {});
    await assert.rejects(history(), (error: unknown) => {
      assert.ok(error instanceof UserError, String(error));
      assertTold('noLedgers', error);
      return true;
    });
  });

  describe('of a ledger that ends before the record that the state knows', () => {
    const tells = (name: SituationName, exitCode: number) => (error: unknown) => {
      assert.ok(error instanceof UserError && error.exitCode === exitCode, String(error));
      assertTold(name, error);
      return true;
    };
    let ledgerHead: KnownHead;

    beforeEach(async () => {
      ledgerHead = await appendRecords(home.place('staging'), [at('7', cutover(a, 'staging'))]);
      home.publish('staging', { ledgerHead });
      assert.deepEqual(await events('staging'), ['staging 07', 'staging 05', 'staging 01']);
      await home.store.remove(entryName('staging', 3));
    });

    it('is refused, and --verify says what is lost', async () => {
      await assert.rejects(history({}, 'staging'), tells('lostRecords', 1));
      const { code, said } = await history({ verify: true }, 'staging');
      assert.equal(code, 1);
      assert.deepEqual(said, [
        'the ledger of staging: records 1 to 2 are sound',
        'record 3: the ledger ends before it',
      ]);
    });

    it('--accept-lost-records goes on without it, and --verify tells of that', async () => {
      const { code, said } = await history({ 'accept-lost-records': true, yes: true }, 'staging');
      assert.deepEqual([code, said], [0, ['staging goes on without its lost records: record 3 of its ledger says so']]);
      assert.deepEqual(await events('staging'), ['staging 05', 'staging 01']);
      const verified = await history({ verify: true }, 'staging');
      assert.equal(verified.code, 0);
      assert.match(
        verified.said[1] ?? '',
        /^record 3: records up to 3 were lost, and .+ has accepted that at .+; the ledger ended with record 2 then$/,
      );
      const json = await history({ verify: true, json: true }, 'staging');
      const [told] = JSON.parse(json.said.join('\n')) as { acceptedLosses: { number: number; known: KnownHead }[] }[];
      assert.deepEqual(
        told?.acceptedLosses.map(({ number, known }) => [number, known]),
        [[3, ledgerHead]],
      );
      await assert.rejects(history({ 'accept-lost-records': true }, 'staging'), tells('nothingLost', 2));
    });

    it('--accept-lost-records is about one environment in which something is lost', async () => {
      await assert.rejects(history({ 'accept-lost-records': true }), tells('acceptWhich', 2));
      await assert.rejects(history({ 'accept-lost-records': true }, 'production'), tells('nothingLost', 2));
      await assert.rejects(history({}, 'staging'), UserError);
    });
  });

  it('shows older events as well that a snapshot does not hold, and says that there are more', async () => {
    const notes: string[] = [];
    const show = (options: Record<string, boolean>, said: string[] = []) =>
      run({
        words: ['staging'],
        options,
        say: (line) => void said.push(line),
        note: (line) => void notes.push(line),
      }).then(() => said);
    // Of what was said again, a snapshot holds the last.
    const said = Array.from({ length: 230 }, (_, n) => ({
      ...unhealthy(a),
      environment: 'staging',
      by: `pipeline ${n}`,
    }));
    await home.put('staging', cutover(b, 'staging'), ...said);
    assert.ok((await chainOf(home.place('staging'))).records.length < 100);
    const first = await show({});
    assert.equal(first.filter((line) => line.includes('pipeline')).length, 20);
    assert.deepEqual(notes, ['there are older events: --all shows them']);
    notes.length = 0;
    assert.equal((await show({ all: true })).filter((line) => line.includes('pipeline')).length, 230);
    assert.deepEqual(notes, []);
  });

  it('says what is not sound among what it shows', async () => {
    fs.rmSync(path.join(home.store.place, entryName('staging', 1)));
    const notes: string[] = [];
    await run({ words: ['staging'], options: {}, say: () => undefined, note: (line) => void notes.push(line) });
    assert.deepEqual(notes, [
      'the ledger of staging: record 1: it is missing: somebody has removed it',
      '  next: ./sluice history staging --verify',
    ]);
  });

  describe('--verify', () => {
    it('says of each ledger that it is sound', async () => {
      assert.deepEqual(await history({ verify: true }), {
        code: 0,
        said: [
          'the ledger of staging: records 1 to 2 are sound',
          'the ledger of production: record 1 is sound',
          'the ledger of platform has no record',
        ],
      });
      // Where no store can be there is no chain of a platform's.
      home.publish('platform', { ledgers: { ...access, onMachines: true } });
      delete process.env['PULUMI_BACKEND_URL'];
      assert.equal((await history({ verify: true })).said.length, 2);
    });

    it('names what lies in the platform’s chain of stack files and is no part of it', async () => {
      await recordBundle(home.store, 'platform', Buffer.from('x'), {
        keys: readingOf(home.place('platform')).keys,
        by: 'ann',
      });
      await home.store.create(entryName('platform', 5000), Buffer.from('stray'));
      const { code, said } = await history({ verify: true });
      assert.deepEqual(
        [code, said.slice(2)],
        [
          1,
          [
            'the ledger of platform: record 1 is sound',
            'record 5000: it is no record: somebody has written or changed it; it lies behind the ledger’s end',
          ],
        ],
      );
    });

    it('names what is not, by its number, and ends with 1', async () => {
      const file = path.join(home.store.place, entryName('staging', 1));
      fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('aaaa', 'cccc'));
      const { code, said } = await history({ verify: true });
      assert.equal(code, 1);
      assert.deepEqual(
        [said[0], said[2]],
        [
          'the ledger of staging is not sound from its first record on; it has 2',
          'the ledger of production: record 1 is sound',
        ],
      );
      assert.match(said[1] ?? '', /^record 1: .*signature/);
      const { said: json } = await history({ verify: true, json: true }, 'staging');
      const [told] = JSON.parse(json.join('\n')) as { findings: { number: number; kind: string }[] }[];
      assert.deepEqual(
        told?.findings.map(({ number, kind }) => [number, kind]),
        [[1, 'bad signature']],
      );
    });
  });
});

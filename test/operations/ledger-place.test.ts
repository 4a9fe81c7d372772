import assert from 'node:assert/strict';
import { UserError } from '../../base/errors';
import { isEnvironment } from '../../config/stack';
import {
  isWithoutPast,
  ledgerAccess,
  ledgerPlace,
  ledgerPlaceAsFound,
  readLedgers,
} from '../../operations/ledger-place';
import type { LedgerRecord } from '../../releases/ledger';
import { parseProject } from '../errors/project';
import { candidate, cutover } from '../releases/fixtures';
import { assertTold } from '../errors/told';
import { teamOfFour } from '../stacks/team-of-four';
import { access, storeHome } from '../targets/store-home';

const stacks = parseProject(teamOfFour());
const production = stacks.filter(isEnvironment).find(({ name }) => name === 'production') ?? assert.fail();

describe('where ledgers are', () => {
  const home = storeHome();

  it('is what their platform has published', async () => {
    home.publish('platform', { ledgers: { ...access, store: 's3://bucket' } });
    assert.deepEqual(await ledgerAccess('platform'), { ...access, store: 's3://bucket' });
    assert.deepEqual(await ledgerPlace(production, stacks), {
      environment: 'production',
      key: access.key,
      store: 's3://bucket',
    });
  });

  it('comes with the end that the state of the environment knows', async () => {
    const ledgerHead = { number: 3, hash: 'f'.repeat(64) };
    home.publish('platform', { ledgers: access });
    home.publish('production', { ledgerHead });
    assert.deepEqual(await ledgerPlace(production, stacks), {
      environment: 'production',
      key: access.key,
      head: ledgerHead,
    });
    const asFound = { environment: 'production', key: access.key };
    assert.deepEqual(await ledgerPlaceAsFound(production, stacks), asFound, 'whoever takes it down saves it as it is');
    // Older versions have published none, and a state may hold null.
    for (const outputs of [{ deployed: null }, { ledgerHead: null }]) {
      home.publish('production', outputs);
      assert.deepEqual(await ledgerPlace(production, stacks), asFound);
    }
  });

  it('is the machine of each where the platform says so', async () => {
    home.publish('platform', { ledgers: { ...access, onMachines: true } });
    const file = { ...production, config: { ...production.config, sshPassword: '', sshPrivateKey: '' } };
    const { machine, ...rest } = await ledgerPlace(file, stacks);
    assert.deepEqual(rest, { environment: 'production', key: access.key });
    assert.equal(machine?.ssh.host, 'production.example.com');
  });

  it('is nowhere before the platform was brought up by this version', async () => {
    const tell = async (): Promise<void> => {
      await assert.rejects(ledgerPlace(production, stacks), (error: unknown) => {
        assert.ok(error instanceof UserError && error.exitCode === 1, String(error));
        assertTold('noLedgers', error);
        return true;
      });
    };
    home.publish('platform', { ledger: { container: 'sluice-ledger', volume: 'sluice-ledger' } });
    await tell();
    home.publish('platform', { ledgers: null });
    await tell();
  });
});

describe('ledgers of several environments', () => {
  const home = storeHome();
  const record = (environment: string, at: string): LedgerRecord => ({ kind: 'again', at, environment, candidate: {} });

  it('are read each by itself, in the order in which they are asked for', async () => {
    await home.put('staging', record('staging', '2'), record('staging', '1'));
    await home.put('production', record('production', '3'));
    const read = await readLedgers(['production', 'preview', 'staging'].map((name) => home.place(name)));
    assert.deepEqual(
      read.map((records) => records.map(({ at }) => at)),
      [['3'], [], ['2', '1']],
    );
  });
});

describe('a past that is not on record', () => {
  const deployed = { candidate: candidate('a') };

  it('is that of an environment which has deployed something, and whose ledger and state know no record', () => {
    assert.equal(isWithoutPast({ deployed }, []), true);
    assert.equal(isWithoutPast({ deployed, ledgerHead: null }, []), true);
  });

  it('is none where there is a record, a known end, or nothing was deployed', () => {
    assert.equal(isWithoutPast({ deployed }, [cutover(candidate('a'))]), false);
    // Of a ledger that was lost since: that is told otherwise.
    assert.equal(isWithoutPast({ deployed, ledgerHead: { number: 1, hash: 'f' } }, []), false);
    assert.equal(isWithoutPast({ deployed: null }, []), false);
    assert.equal(isWithoutPast(undefined, []), false);
  });
});

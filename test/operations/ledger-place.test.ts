import assert from 'node:assert/strict';
import { readLedgers } from '../../operations/ledger-place';
import type { LedgerPlace } from '../../targets/place';
import type { LedgerRecord } from '../../releases/ledger';

const place = (host: string): LedgerPlace => ({
  ssh: { host, port: 22, user: 'deploy', hostKey: '' },
  folder: '.local/state/sluice/shop-staging',
});
const record = (environment: string, at: string): LedgerRecord => ({ kind: 'again', at, environment, candidate: {} });

describe('ledgers of several environments', () => {
  const ledgers = new Map<string, LedgerRecord[]>([
    ['shop-ledger', [record('staging', '1'), record('production', '2'), record('preview', '3')]],
    ['far', [record('staging', '1'), record('staging', '4')]],
  ]);
  const asked: string[] = [];
  const read = (ledger: LedgerPlace): Promise<LedgerRecord[]> => {
    const name = typeof ledger === 'string' ? ledger : ledger.ssh.host;
    asked.push(name);
    return Promise.resolve(ledgers.get(name) ?? []);
  };
  const shop = (environment: string) => ({ environment, ledger: 'shop-ledger' });

  it('are read once each', async () => {
    asked.length = 0;
    const [records, ...others] = await readLedgers([shop('staging'), shop('production')], read);
    assert.deepEqual([records?.map(({ at }) => at), others, asked], [['1', '2', '3'], [], ['shop-ledger']]);
  });

  it('tell of an environment that has moved where it is now; of one that is no more, where it was', async () => {
    const moved = [{ environment: 'staging', ledger: place('far') }, shop('production')];
    const records = (await readLedgers(moved, read)).map((each) =>
      each.map(({ environment, at }) => `${environment} ${at}`),
    );
    assert.deepEqual(records, [
      ['staging 1', 'staging 4'],
      ['production 2', 'preview 3'],
    ]);
  });
});

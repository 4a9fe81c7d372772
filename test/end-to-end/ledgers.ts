import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import type { LedgerRecord } from '../../releases/ledger';
import { append } from '../../store/ledger/append';
import { readChain } from '../../store/ledger/chain';
import { readingOf } from '../../targets/ledger';
import { ledgerOf, type LedgerAccess, type LedgerPlace } from '../../targets/place';
import { storeOf } from '../../targets/store-of';
import type { World } from './world';

/** The folder of this machine that has everything which a world's Sluice keeps beside the state. */
export function storeFolder(world: World): string {
  return path.join(world.env['SLUICE_HOME'] ?? assert.fail(), 'store');
}

/** The records of an environment's ledger that count, oldest first. */
export async function recordsOf(world: World, environment: string): Promise<LedgerRecord[]> {
  const place = await placeOf(world, environment);
  return (await readChain(storeOf(place, world.env), environment, readingOf(place))).records;
}

/** Writes a record as a verb of this world would. */
export async function appendTo(world: World, environment: string, record: LedgerRecord): Promise<void> {
  const place = await placeOf(world, environment);
  await append(storeOf(place, world.env), environment, [record], readingOf(place));
}

/** Where an environment's ledger is, with the key that the platform's state has. */
async function placeOf(world: World, environment: string): Promise<LedgerPlace> {
  const { code, stdout, stderr } = await world.run(
    ...['pulumi', 'stack', 'output', 'ledgers', '--json', '--show-secrets', '-s', 'platform'],
  );
  assert.equal(code, 0, stderr);
  return ledgerOf(JSON.parse(stdout) as LedgerAccess, environment, undefined);
}

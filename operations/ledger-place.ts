import { readLedger } from '../targets/ledger';
import type { LedgerPlace } from '../targets/place';
import type { LedgerRecord } from '../releases/ledger';
import type { EnvironmentFile, StackFile } from '../config/stack';
import { prefixOf } from '../config/stacks';
import { homeNow } from './machine-place';

/** Where an environment's ledger lies: in the platform's container, or on its own machine. */
export async function ledgerPlace(file: EnvironmentFile, stacks: readonly StackFile[]): Promise<LedgerPlace> {
  return (await homeNow(file, stacks)).ledger;
}

/** The container with the ledger of those environments of a platform that are on its engine. */
export function ledgerHere(file: EnvironmentFile, stacks: readonly StackFile[]): string {
  return `${prefixOf(stacks, file)}-ledger`;
}

/**
 * What the ledgers of environments tell, one that several share once. What one still knows of an environment whose ledger is another by now
 * is left out: that has moved, and has taken it along.
 * @returns records of each ledger, as they were written
 */
export async function readLedgers(
  environments: readonly { environment: string; ledger: LedgerPlace }[],
  read: typeof readLedger = readLedger,
): Promise<LedgerRecord[][]> {
  const keyed = environments.map((each) => ({ ...each, key: JSON.stringify(each.ledger) }));
  const places = new Map(keyed.map(({ key, ledger }) => [key, ledger]));
  const home = new Map(keyed.map(({ environment, key }) => [environment, key]));
  return Promise.all(
    [...places].map(async ([key, ledger]) =>
      (await read(ledger)).filter(({ environment }) => (home.get(environment) ?? key) === key),
    ),
  );
}

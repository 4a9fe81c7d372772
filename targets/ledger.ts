import type { LedgerRecord } from '../releases/ledger';
import { append } from '../store/ledger/append';
import { readChain, type Chain, type ReadingOptions } from '../store/ledger/chain';
import type { Head } from '../store/ledger/entry';
import { keyOf } from '../store/ledger/keys';
import { verifyChain, type Verification } from '../store/ledger/verify';
import type { LedgerPlace } from './place';
import { storeOf } from './store-of';

/**
 * An environment's records that count, oldest first.
 * @param head the end that its state knows. @default none is known
 * @throws UserError when the ledger ends before that, or has another record there, and when there can be no store
 * @throws StoreTrouble when the store can't be read
 */
export async function readLedger(place: LedgerPlace, head?: Head): Promise<LedgerRecord[]> {
  return (await chainOf(place, head)).records;
}

/** The whole ledger, with what is wrong in it. */
export function chainOf(place: LedgerPlace, head?: Head): Promise<Chain> {
  return readChain(storeOf(place), place.environment, readingOf(place, head));
}

/** Looks at every record of a ledger; see {@link verifyChain}. */
export function verifyLedger(place: LedgerPlace, head?: Head): Promise<Verification> {
  return verifyChain(storeOf(place), place.environment, readingOf(place, head));
}

/** Appends one record. @returns where the ledger ends now */
export function appendRecord(place: LedgerPlace, record: LedgerRecord): Promise<Head> {
  return appendRecords(place, [record]);
}

/** Appends records, in this order. @returns where the ledger ends now */
export function appendRecords(place: LedgerPlace, records: readonly LedgerRecord[]): Promise<Head> {
  return append(storeOf(place), place.environment, records, readingOf(place));
}

/** How a ledger is read and written: with its platform's key. @param head the end that its environment's state knows */
export function readingOf({ key }: LedgerPlace, head?: Head): ReadingOptions {
  const own = keyOf(key);
  return { keys: { own, trusted: [own] }, head };
}

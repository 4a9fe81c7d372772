import type { LedgerRecord } from '../releases/ledger';
import { acceptLoss, findLostEnd, type LostEnd } from '../store/ledger/accept-loss';
import { append } from '../store/ledger/append';
import { readChain, type Chain, type ReadingOptions } from '../store/ledger/chain';
import type { KnownHead } from '../store/ledger/entry';
import { keyOf } from '../store/ledger/keys';
import { verifyChain, type Verification } from '../store/ledger/verify';
import type { LedgerPlace } from './place';
import { storeOf } from './store-of';

/**
 * An environment's records that count, oldest first.
 * @throws UserError when the ledger ends before the head that the state knows, or has another record there, and when there can be no store
 * @throws StoreTrouble when the store can't be read
 */
export async function readLedger(place: LedgerPlace): Promise<LedgerRecord[]> {
  return (await chainOf(place)).records;
}

/** The whole ledger, with what is wrong in it. */
export function chainOf(place: LedgerPlace): Promise<Chain> {
  return readChain(storeOf(place), place.environment, readingOf(place));
}

/** The same with every record, those before a snapshot too: for whoever saves it. */
export function wholeOf(place: LedgerPlace): Promise<Chain> {
  return readChain(storeOf(place), place.environment, { ...readingOf(place), whole: true });
}

/** Looks at every record of a ledger; see {@link verifyChain}. */
export function verifyLedger(place: LedgerPlace): Promise<Verification> {
  return verifyChain(storeOf(place), place.environment, readingOf(place));
}

/** Appends one record. @returns where the ledger ends now */
export function appendRecord(place: LedgerPlace, record: LedgerRecord): Promise<KnownHead> {
  return appendRecords(place, [record]);
}

/** Appends records, in this order. @returns where the ledger ends now */
export function appendRecords(place: LedgerPlace, records: readonly LedgerRecord[]): Promise<KnownHead> {
  return append(storeOf(place), place.environment, records, readingOf(place));
}

/** What of the end that the state knows is lost; see {@link findLostEnd}. */
export function lostEndOf(place: LedgerPlace): Promise<LostEnd> {
  return findLostEnd(storeOf(place), place.environment, readingOf(place));
}

/** Goes on without what is lost; see {@link acceptLoss}. @param by who says so: `ann@laptop` */
export function acceptLostEnd(place: LedgerPlace, { known }: LostEnd, by: string): Promise<KnownHead> {
  return acceptLoss(storeOf(place), place.environment, known, { ...readingOf(place), by });
}

/** How a ledger is read and written: with its platform's key, and from the end on that its environment's state knows. */
export function readingOf({ key, head }: LedgerPlace): ReadingOptions {
  const own = keyOf(key);
  return { keys: { own, trusted: [own] }, head };
}

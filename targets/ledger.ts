import type { LedgerRecord } from '../releases/ledger';
import { acceptLoss, findLostEnd, type LostEnd } from '../store/ledger/accept-loss';
import { append } from '../store/ledger/append';
import type { Subject } from '../releases/part';
import { ChainReading, readChain, refuseOtherEnd, type Chain, type ReadingOptions } from '../store/ledger/chain';
import type { KnownHead } from '../store/ledger/entry';
import { keyOf } from '../store/ledger/keys';
import { readLast, type LastRecords } from '../store/ledger/last';
import { verifyChain, type Verification } from '../store/ledger/verify';
import { checkHandedDown } from './lease';
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

/** The same without what decisions about a subject do not need: what it takes does not grow with a ledger. */
export async function readAbout(place: LedgerPlace, subject: Subject): Promise<LedgerRecord[]> {
  return (await chainOf(place, subject)).records;
}

/**
 * What decisions about a subject need of an environment's records; @default all of them
 * @param looks whether what has come since the last reading is looked for; @default it is
 */
export type ReadRecords = (place: LedgerPlace, subject?: Subject, looks?: boolean) => Promise<LedgerRecord[]>;

/** Reads ledgers for a process that asks them several times: nothing is read twice. */
export function ledgerReader(): ReadRecords {
  const chains = chainReader();
  return async (place, subject, looks) => (await chains(place, subject, looks)).records;
}

/** The same with all that is known of the chains. */
export function chainReader(): (...of: Parameters<ReadRecords>) => Promise<Chain> {
  const readings = new Map<string, Promise<ChainReading>>();
  return async (place, subject, looks) => {
    const key = JSON.stringify(place);
    const store = storeOf(place);
    const anew = new ChainReading(store, place.environment, readingOf(place));
    // One after the other: a reading goes on where it has ended. What has failed begins anew.
    const reading = readings.get(key) ?? Promise.resolve(anew);
    const read = reading.then(async (own) => ({ own, chain: await own.readOn(subject, looks) }));
    const next = read.then(
      ({ own }) => own,
      () => anew,
    );
    readings.set(key, next);
    const { chain } = await read;
    refuseOtherEnd(store, chain);
    return chain;
  };
}

/** The whole ledger, with what is wrong in it. @param subject leaves out records that decisions about it do not need; @default none */
export function chainOf(place: LedgerPlace, subject?: Subject): Promise<Chain> {
  return readChain(storeOf(place), place.environment, readingOf(place), subject);
}

/** The last records of a ledger as they were written; see {@link readLast}. */
export function lastRecords(place: LedgerPlace, count: number): Promise<LastRecords> {
  return readLast(storeOf(place), place.environment, readingOf(place), count);
}

/** Looks at every record of a ledger; see {@link verifyChain}. */
export function verifyLedger(place: LedgerPlace): Promise<Verification> {
  return verifyChain(storeOf(place), place.environment, readingOf(place));
}

/** Appends one record. @returns where the ledger ends now */
export function appendRecord(place: LedgerPlace, record: LedgerRecord): Promise<KnownHead> {
  return appendRecords(place, [record]);
}

/**
 * Appends records, in this order.
 * @returns where the ledger ends now
 * @throws LeaseLost when this run had the environment's lease and has it no longer
 */
export async function appendRecords(place: LedgerPlace, records: readonly LedgerRecord[]): Promise<KnownHead> {
  await checkHandedDown(place);
  return append(storeOf(place), place.environment, records, readingOf(place));
}

/** What of the end that the state knows is lost; see {@link findLostEnd}. */
export function lostEndOf(place: LedgerPlace): Promise<LostEnd> {
  return findLostEnd(storeOf(place), place.environment, readingOf(place));
}

/** Goes on without what is lost; see {@link acceptLoss}. @param by who says so: `ann@laptop` */
export async function acceptLostEnd(place: LedgerPlace, { known }: LostEnd, by: string): Promise<KnownHead> {
  await checkHandedDown(place);
  return acceptLoss(storeOf(place), place.environment, known, { ...readingOf(place), by });
}

/** How a ledger is read and written: with its platform's key, and from the end on that its environment's state knows. */
export function readingOf({ key, head }: LedgerPlace): ReadingOptions {
  const own = keyOf(key);
  return { keys: { own, trusted: [own] }, head };
}

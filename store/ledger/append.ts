import { UserError } from '../../base/errors';
import type { Store } from '../store';
import { StoreTrouble } from '../trouble';
import { ChainReading, refuseOtherEnd, type Chain, type ReadingOptions } from './chain';
import { signedEntry, type KnownHead, type StoredRecord } from './entry';
import { sha256 } from './hash';
import type { SigningKey } from './keys';
import { entryName } from './names';
import { putValues, split } from './values';

/** What is to be written, once it is known what stands there. It is asked again when somebody else has written first. */
export type Build = (chain: Chain) => readonly StoredRecord[] | Promise<readonly StoredRecord[]>;

/** How often a store that can't tell whether it has written is asked to write once more. */
const tries = 3;

/** Records after the last snapshot from which on another one is written: each is read, and its signature looked at, by every verb. The text of an imported ledger is not read twice. */
const longestTail = 50;

/**
 * Writes records at the end of an environment's ledger. Who comes second reads on, decides again, and writes after the first. When this
 * returns, the records last.
 *
 * Several records are several links, and others' may come between. Nobody is asked again after the first is written; a writer that is killed
 * may have written a part of them.
 * @param what the records, or what says them when the chain is known
 * @returns the end that the environment's state has to know from now on; with nothing to write, the end that was found
 * @throws UserError when the chain is not the one that the state knows, and when a key to sign with is missing
 * @throws StoreTrouble when the store can't be written to; a record may be there then, or not
 */
export async function append(
  store: Store,
  environment: string,
  what: readonly StoredRecord[] | Build,
  options: ReadingOptions,
): Promise<KnownHead> {
  const { own: key } = options.keys;
  if (key === undefined) throw new Error(`there is no key to sign records of ${environment} with`);
  const reading = new ChainReading(store, environment, options);
  let left: readonly StoredRecord[] | undefined;
  let standing = 0;
  for (let last = -1; ;) {
    const build = left === undefined && typeof what === 'function' ? what : undefined;
    const chain = build === undefined ? await reading.readEnd() : await reading.readOn();
    refuseOtherEnd(store, chain);
    standing = chain.head.number === last ? standing + 1 : 0;
    last = chain.head.number;
    if (standing === tries) throw hidden(store, entryName(environment, last + 1));
    const records = build === undefined ? (left ?? (what as readonly StoredRecord[])) : await build(chain as Chain);
    const { head, written } = await writeAfter(store, environment, chain.head, records, key);
    if (written === records.length) {
      const isLong = head.number - chain.from.number > longestTail || records.some(({ kind }) => kind === 'imported');
      if (written > 0 && isLong) await orLater(reading.writeSnapshot(key));
      return head;
    }
    if (written > 0 || left !== undefined) left = records.slice(written);
  }
}

/** A snapshot can be made at any time: what was to be written is there. */
async function orLater(snapshot: Promise<void>): Promise<void> {
  await snapshot.catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
  });
}

function hidden(store: Store, name: string): StoreTrouble {
  const message = `the store in ${store.place} says that ${name} is there, and does not show it`;
  return new StoreTrouble(message, `look at ${name} there`);
}

/** Writes records one after the other, until all are there or somebody else has written in between. */
async function writeAfter(
  store: Store,
  environment: string,
  start: KnownHead,
  records: readonly StoredRecord[],
  own: SigningKey,
): Promise<{ head: KnownHead; written: number }> {
  let head = start;
  for (const [index, whole] of records.entries()) {
    if ('environment' in whole && whole.environment !== environment) {
      throw new Error(`a record of ${whole.environment} does not belong into the ledger of ${environment}`);
    }
    const { record, values, contents } = split(whole);
    await putValues(store, contents);
    const number = head.number + 1;
    const bytes = signedEntry({ environment, number, previous: head.hash, values, record }, own);
    if (!(await isMade(store, entryName(environment, number), bytes))) return { head, written: index };
    const losses = (head.losses ?? 0) + (record.kind === 'accepted-loss' ? 1 : 0);
    head = { number, hash: sha256(bytes), ...(losses === 0 ? {} : { losses }) };
  }
  return { head, written: records.length };
}

/**
 * Makes an object, and looks whether it is there when the store can't tell.
 * @returns false: somebody else's is there
 */
async function isMade(store: Store, name: string, bytes: Buffer): Promise<boolean> {
  for (let left = tries; ; left -= 1) {
    try {
      if (await store.create(name, bytes)) return true;
      // A store that tries again by itself may come second to its own first try.
      return (await store.read(name))?.equals(bytes) === true;
    } catch (error) {
      if (!(error instanceof StoreTrouble)) throw error;
      const found = await store.read(name);
      if (found !== undefined) return found.equals(bytes);
      if (left <= 1) throw error;
    }
  }
}

import type { Store } from '../store';
import { append } from './append';
import type { Chain, ReadingOptions } from './chain';
import { importedFrom } from './content';
import type { ImportedRecord, KnownHead } from './entry';
import { sha256 } from './hash';

/** What is known of a text that is imported. */
export interface Import {
  /** Who or what does it: `ann@laptop` */
  by?: string;
  /** The machine that it was on, and where there; @default none: it was in a container of the platform */
  from?: string | undefined;
  now?: Date;
}

/**
 * Takes over a ledger of the time before chains, as one record of which everything counts that is about this environment. Doing it again, or
 * on two machines at once, does it once. A line that is no record is named when the chain is read. It counts from its place in the chain on: of
 * several ledgers the one that was in use comes last, and all of them before anything else is written.
 * @param text its file as it is: a JSON text a line
 * @returns the end that the environment's state has to know from now on
 * @throws as {@link append} does
 */
export function importText(
  store: Store,
  environment: string,
  text: string,
  { by, from, now = new Date(), ...options }: ReadingOptions & Import,
): Promise<KnownHead> {
  const hash = sha256(text);
  const origin = { ...(by === undefined ? {} : { by }), ...(from === undefined ? {} : { from }) };
  const imported: ImportedRecord = { kind: 'imported', at: now.toISOString(), ...origin, text };
  const build = ({ imports }: Chain): ImportedRecord[] => {
    if (text.trim() === '') return [];
    if (!imports.includes(hash)) return [imported];
    // The same was in the platform's container: that the machine was asked is all that there is to say.
    return from === undefined || imports.includes(importedFrom(from)) ? [] : [{ ...imported, text: '' }];
  };
  return append(store, environment, build, options);
}

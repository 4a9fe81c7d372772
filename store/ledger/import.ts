import type { Store } from '../store';
import { append } from './append';
import type { ReadingOptions } from './chain';
import type { KnownHead } from './entry';
import { sha256 } from './hash';

/**
 * Takes over a ledger of the time before chains, as one record of which everything counts that is about this environment. Doing it again, or
 * on two machines at once, does it once. A line that is no record is named when the chain is read. It counts from its place in the chain on: of
 * several ledgers the one that was in use comes last, and all of them before anything else is written.
 * @param text its file as it is: a JSON text a line
 * @param by who or what does it: `ann@laptop`
 * @returns the end that the environment's state has to know from now on
 * @throws as {@link append} does
 */
export function importText(
  store: Store,
  environment: string,
  text: string,
  options: ReadingOptions & { by?: string; now?: Date },
): Promise<KnownHead> {
  const { by, now = new Date() } = options;
  const imported = { kind: 'imported' as const, at: now.toISOString(), ...(by === undefined ? {} : { by }), text };
  const hash = sha256(text);
  return append(
    store,
    environment,
    ({ imports }) => (text.trim() === '' || imports.includes(hash) ? [] : [imported]),
    options,
  );
}

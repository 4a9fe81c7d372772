import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import type { Store } from '../store';
import { append } from './append';
import { ChainReading, otherEndIn, type ReadingOptions } from './chain';
import { sameHead, type Head, type KnownHead } from './entry';
import type { Finding } from './finding';

/** An end that is not the one that the state knows. */
export interface LostEnd {
  known: KnownHead;
  /** Where the chain ends. */
  found: Head;
  finding: Finding;
}

/**
 * What of a chain's end is lost, as the state knows it.
 * @throws UserError when nothing is
 * @throws StoreTrouble when the store can't be read
 */
export async function findLostEnd(store: Store, environment: string, options: ReadingOptions): Promise<LostEnd> {
  const { findings, head } = await new ChainReading(store, environment, options).readEnd();
  const finding = otherEndIn(findings);
  if (finding !== undefined && options.head !== undefined)
    return { known: options.head, found: placeOf(head), finding };
  throw new UserError(
    `the ledger of ${environment} has lost no record that its state knows of, so there is nothing to accept`,
    `${sluice('history')} ${environment} --verify`,
  );
}

/**
 * Goes on without records that are lost for good, for a state that knows exactly this head: one signed record. Nothing that was said in favour of a
 * release before it counts any more. Doing it again adds nothing.
 * @param known the head that the state knows
 * @param options its head is not looked at
 * @returns the end that the environment's state has to know from now on
 * @throws as {@link append} does
 */
export function acceptLoss(
  store: Store,
  environment: string,
  known: KnownHead,
  { by, now = new Date(), ...options }: ReadingOptions & { by?: string; now?: Date },
): Promise<KnownHead> {
  const at = now.toISOString();
  return append(
    store,
    environment,
    ({ head, acceptedLosses }) =>
      acceptedLosses.some((loss) => sameHead(loss.known, known))
        ? []
        : [{ kind: 'accepted-loss', at, ...(by === undefined ? {} : { by }), known, found: placeOf(head) }],
    { ...options, head: undefined },
  );
}

function placeOf({ number, hash }: Head): Head {
  return { number, hash };
}

import { sluice } from '../../base/command';
import { UserError } from '../../base/errors';
import type { StoreTrouble } from '../trouble';
import { holderOf, type Found, type LeaseRecord } from './record';

/** Whoever held a lease does not hold it any more, or can't know: it stops, and changes nothing further. */
export class LeaseLost extends UserError {
  constructor(message: string, next: string) {
    super(message, next, 1);
    this.name = 'LeaseLost';
  }
}

const again = `${sluice('status')} shows what runs now; then the same again, if it is still wanted`;

/**
 * @param mine what was held
 * @param newest what stands in its place
 */
export function lostTo(environment: string, mine: Pick<LeaseRecord, 'owner' | 'what'>, newest?: Found): LeaseLost {
  if (newest === undefined || newest.record?.owner === mine.owner) {
    return new LeaseLost(
      `${environment} was given back already by the run that ${mine.what} is a part of: it stops`,
      again,
    );
  }
  const taker = holderOf(newest.record);
  const message =
    newest.record?.kind === 'end'
      ? `${environment} was taken over meanwhile by ${taker}, which has ended: ${mine.what} stops`
      : `${environment} was taken over by ${taker}, as nothing was heard of ${mine.what}: it stops`;
  return new LeaseLost(message, again);
}

/**
 * @param place of the store
 * @param milliseconds for which it was away
 * @param trouble what the store said last; it may be there and full, say
 */
export function lostWithoutStore(
  environment: string,
  what: string,
  place: string,
  milliseconds: number,
  trouble?: StoreTrouble,
): LeaseLost {
  const seconds = Math.round(milliseconds / 1000);
  return new LeaseLost(
    `nothing could be written to the store in ${place} for ${seconds} s, so somebody else may have taken ${environment} over: ${what} stops` +
      (trouble === undefined ? '' : `. Its last answer: ${trouble.message}`),
    `${trouble?.next ?? `look at ${place}`}; then ${again}`,
  );
}

import type { LeaseTimes } from './times';

/**
 * How long a waiter has seen the same record as the newest. Only what it has watched counts: a waiter that was suspended can't know what
 * happened meanwhile, perhaps to the holder too.
 */
export class Silence {
  private number: number | undefined;
  private mark = 0;
  private total = 0;

  constructor(private readonly times: Pick<LeaseTimes, 'beat'>) {}

  /**
   * Takes in a look at the store.
   * @param number of the newest record
   * @param began when the look began, on a monotonic clock, in milliseconds
   * @param ended when it ended; the record may have been made at any moment between
   * @returns milliseconds that surely passed without a new record
   */
  see(number: number, began: number, ended: number): number {
    if (number === this.number) {
      this.total += Math.min(Math.max(0, began - this.mark), this.times.beat);
      this.mark = Math.max(this.mark, began);
    } else {
      this.number = number;
      this.total = 0;
      this.mark = ended;
    }
    return this.total;
  }
}

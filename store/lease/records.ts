import { setTimeout as sleep } from 'node:timers/promises';
import { byBytes, type Store } from '../store';
import { StoreTrouble } from '../trouble';
import { readRecord, writeRecord, type Found, type Numbered } from './record';

/** So many of the last records stay, for whoever wants to see what was. */
const keep = 8;

/** Milliseconds between looks for a record that the store has said to be there: some servers list a new object a moment later. */
const pauses = [50, 100, 200, 400, 800];

/** Names sort by their bytes, so all numbers have as many digits. */
const digits = 12;

/**
 * The numbered records of an environment's lease. The one with the highest number says how things stand. Numbers only grow, because the
 * newest record is never removed.
 *
 * A record under a number that was free need not be the newest: the number may have been used and removed long ago, while its maker was
 * suspended. So whoever makes one has to look afterwards. One that is not the newest says nothing, and goes with the old ones.
 */
export class LeaseRecords {
  readonly folder: string;

  constructor(
    readonly store: Store,
    readonly environment: string,
  ) {
    this.folder = `leases/${environment}`;
  }

  /** @returns whether it was made; false: there is one of that number */
  create({ number, record }: Numbered): Promise<boolean> {
    return this.store.create(this.nameOf(number), writeRecord(record));
  }

  /** @returns undefined before the first */
  async newest(): Promise<Found | undefined> {
    for (;;) {
      const number = (await this.numbers()).at(-1);
      if (number === undefined) return undefined;
      const content = await this.store.read(this.nameOf(number));
      // It is removed only when there is a newer one: look again.
      if (content !== undefined) return { number, record: readRecord(content) };
    }
  }

  /**
   * The same, once somebody has made a record of this number or found one.
   * @throws StoreTrouble when the store does not list it: what it lists does not tell then who has the lease
   */
  async newestFrom(number: number): Promise<Found> {
    for (let tries = 0; ; tries += 1) {
      const newest = await this.newest();
      if (newest !== undefined && newest.number >= number) return newest;
      const pause = pauses[tries];
      if (pause === undefined) throw this.hidden(number);
      await sleep(pause);
    }
  }

  /** What is said of a record that the store says to be there, and does not list. */
  hidden(number: number): StoreTrouble {
    const message = `the store in ${this.store.place} says that ${this.nameOf(number)} is there, and does not list it`;
    return new StoreTrouble(message, `look at ${this.folder} there`);
  }

  /** Removes all but the last few. @param last how many stay, at least one: numbers would not only grow otherwise */
  async tidy(last = keep): Promise<void> {
    for (const number of (await this.numbers()).slice(0, -last)) await this.store.remove(this.nameOf(number));
  }

  private async numbers(): Promise<number[]> {
    const names = (await this.store.list(this.folder)).map((name) => name.slice(this.folder.length + 1));
    return names
      .filter((name) => name.length === digits && /^\d+$/.test(name))
      .sort(byBytes)
      .map(Number);
  }

  private nameOf(number: number): string {
    return `${this.folder}/${String(number).padStart(digits, '0')}`;
  }
}

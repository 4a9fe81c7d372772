import { setTimeout as sleep } from 'node:timers/promises';
import { StoreTrouble } from '../trouble';
import { LeaseLost, lostWithoutStore } from './lost';
import { thisMachine } from './machine';
import { joins, leaves } from './parts';
import { giveBack, prove } from './prove';
import type { Change, LeaseRecord, Machine, Numbered } from './record';
import type { LeaseRecords } from './records';
import { monotonic, type LeaseTimes } from './times';

/** The right of one run, a verb or a pipeline's step with all that it starts, to change an environment. */
export interface Lease {
  readonly environment: string;
  /** The run's random id. */
  readonly owner: string;
  /** Whom it was taken over from, in case somebody held it who is gone: what that one was at may be half done. */
  readonly predecessor: LeaseRecord | undefined;
  /** Aborted when the lease is lost, with a {@link LeaseLost} for its reason. */
  readonly lost: AbortSignal;
  /**
   * To be called before each change, and with each record: proves by the store that this run still has the lease.
   * @throws LeaseLost
   * @throws StoreTrouble when the store can't tell now
   */
  check(): Promise<void>;
  /** The id of Pulumi's own lock that stands in the lease: at first one that a run before has left, if any. */
  readonly pulumiLock: string | undefined;
  /** Notes the id of Pulumi's own lock that this run has got; undefined: there is none any more. Throws as {@link check} does. */
  notePulumiLock(id: string | undefined): Promise<void>;
  /**
   * Notes a process that this run has started, and that does not ask for the lease itself, as Pulumi's program: while it is at work, nobody
   * takes over at once, and nothing is given back, whatever becomes of this process. Throws as {@link check} does.
   */
  noteStarted(pid: number): Promise<void>;
  /**
   * Gives it back. Once is enough, and more does no harm. A store that is away, or does not answer for as long as a holder is patient, is no
   * error: what is not given back runs out.
   */
  release(): Promise<void>;
}

/** What a held lease is made of. */
interface Held {
  records: LeaseRecords;
  /** The newest record, this run's own. */
  last: Numbered;
  /** When the making of that record began, on this process's monotonic clock. */
  proved: number;
  predecessor?: LeaseRecord;
  times: LeaseTimes;
  /** This process, where it was handed down: whoever has handed it down gives it back. */
  part?: Machine;
  /** Called once it is given back. One that is lost stays handed down: a part of the run that asks for it learns of the loss. */
  over: () => void;
}

/** A lease that tells by itself that its holder is at work. Its timers keep no process alive. */
export class HeldLease implements Lease {
  readonly environment: string;
  readonly owner: string;
  readonly predecessor: LeaseRecord | undefined;
  private readonly records: LeaseRecords;
  private readonly times: LeaseTimes;
  private readonly loss = new AbortController();
  private last: Numbered;
  private timer: NodeJS.Timeout | undefined;
  /** When this process last began to prove its lease and then could. */
  private proved: number;
  /** What the store said since. */
  private trouble: StoreTrouble | undefined;
  private released: Promise<void> | undefined;

  constructor(private readonly held: Held) {
    ({
      records: this.records,
      times: this.times,
      last: this.last,
      predecessor: this.predecessor,
      proved: this.proved,
    } = held);
    this.environment = held.records.environment;
    this.owner = held.last.record.owner;
    this.beatIn(this.times.beat);
  }

  get lost(): AbortSignal {
    return this.loss.signal;
  }

  get pulumiLock(): string | undefined {
    return this.last.record.pulumiLock;
  }

  check(): Promise<void> {
    return this.prove();
  }

  notePulumiLock(id: string | undefined): Promise<void> {
    return this.prove(() => ({ pulumiLock: id }));
  }

  noteStarted(pid: number): Promise<void> {
    return this.prove(joins(thisMachine(pid)));
  }

  release(): Promise<void> {
    this.released ??= this.end();
    return this.released;
  }

  private async end(): Promise<void> {
    clearTimeout(this.timer);
    this.held.over();
    if (this.lost.aborted) return;
    const enough = new AbortController();
    const { signal } = enough;
    await Promise.race([this.giveBack(), sleep(this.times.patience, undefined, { signal }).catch(() => undefined)]);
    enough.abort();
  }

  private async giveBack(): Promise<void> {
    const { part } = this.held;
    try {
      if (part === undefined) await giveBack(this.records, this.last);
      else await prove(this.records, this.last, leaves(part));
      await this.records.tidy();
    } catch (error) {
      // Others see that nothing comes any more. What a part has lost, the whole run has.
      if (!(error instanceof StoreTrouble || error instanceof LeaseLost)) throw error;
    }
  }

  /** Proves it in the store; what the store does not answer in time is a loss. */
  private async prove(change?: Change): Promise<void> {
    this.lost.throwIfAborted();
    if (this.released !== undefined) throw new Error(`the lease of ${this.environment} was given back already`);
    const began = monotonic();
    try {
      const newest = await this.orLost(prove(this.records, this.last, change));
      if (newest.number > this.last.number) this.last = newest;
      this.proved = Math.max(this.proved, began);
      this.trouble = undefined;
    } catch (error) {
      if (error instanceof LeaseLost) this.lose(error);
      if (error instanceof StoreTrouble) this.trouble = error;
      throw error;
    }
  }

  /** A store that never answers must not hold up who waits for it. */
  private async orLost<T>(work: Promise<T>): Promise<T> {
    let give: () => void = () => undefined;
    const loss = new Promise<never>((_, reject) => {
      give = () => reject(this.loss.signal.reason as LeaseLost);
      this.lost.addEventListener('abort', give, { once: true });
    });
    try {
      return await Promise.race([work, loss]);
    } finally {
      this.lost.removeEventListener('abort', give);
    }
  }

  private beatIn(milliseconds: number): void {
    if (this.released !== undefined || this.lost.aborted) return;
    this.timer = setTimeout(() => void this.beat(), milliseconds).unref();
  }

  private async beat(): Promise<void> {
    const rest = this.times.patience - (monotonic() - this.proved);
    const alarm = setTimeout(() => this.loseWithoutStore(), Math.max(rest, this.times.look)).unref();
    try {
      await this.prove();
      this.beatIn(this.times.beat);
      // What can't be removed now goes next time.
      void this.records.tidy().catch(() => undefined);
    } catch {
      // Given back or lost meanwhile: there is nothing left to tell. Everything else is tried again.
      if (monotonic() - this.proved > this.times.patience) this.loseWithoutStore();
      this.beatIn(this.times.look);
    } finally {
      clearTimeout(alarm);
    }
  }

  private loseWithoutStore(): void {
    const { store } = this.records;
    const away = monotonic() - this.proved;
    this.lose(lostWithoutStore(this.environment, this.last.record.what, store.place, away, this.trouble));
  }

  private lose(error: LeaseLost): void {
    if (this.lost.aborted || this.released !== undefined) return;
    clearTimeout(this.timer);
    this.loss.abort(error);
  }
}

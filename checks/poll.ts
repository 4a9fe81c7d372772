import { setTimeout as sleep } from 'node:timers/promises';
import { Failed } from './outcome';

/** How long and how often to look. */
export interface PollTimes {
  /** 5000 by default. */
  milliseconds?: number;
  /** 100 by default. */
  every?: number;
}

/** Looks again until something holds, and knows which looks nobody has waited for. */
export class Poll {
  private readonly open = new Set<string>();

  /** The assertions that are still being looked at: not awaited, when a step has ended. */
  get unsettled(): string[] {
    return [...this.open];
  }

  /**
   * @param expected what is waited for, for the message
   * @throws Failed with the last thing seen; an error of `look` itself goes on at once
   */
  async until<T>(
    expected: string,
    look: () => Promise<T>,
    holds: (seen: T) => boolean,
    show: (seen: T) => string,
    { milliseconds = 5000, every = 100 }: PollTimes = {},
  ): Promise<void> {
    this.open.add(expected);
    try {
      const end = performance.now() + milliseconds;
      for (;;) {
        const seen = await look();
        if (holds(seen)) return;
        if (performance.now() >= end) throw new Failed(`${expected}, seen ${show(seen)} for ${milliseconds / 1000} s`);
        await sleep(Math.min(every, milliseconds));
      }
    } finally {
      this.open.delete(expected);
    }
  }
}

import { history, type Event } from '../releases/history';
import { isSettled } from '../releases/ledger';
import type { Finding } from '../store/ledger/finding';
import type { LastRecords } from '../store/ledger/last';

/** The newest events of an environment, as people read them. */
export interface LastEvents {
  /** Oldest first. */
  events: Event[];
  /** Whether there are none before them. */
  isAll: boolean;
  /** What is wrong among the records that tell of them. */
  findings: Finding[];
}

/** Records that are read for each event that is wanted; as many times more when these were too few. */
const step = 4;

/**
 * The newest events of an environment: its last records alone are read.
 * @param read the last records of its ledger
 * @param wanted how many events at the least, if there are as many; Infinity: all
 */
export async function lastEvents(
  read: (count: number) => Promise<LastRecords>,
  environment: string,
  wanted: number,
): Promise<LastEvents> {
  for (let count = step * wanted; ; count *= step) {
    const { past, isAll, findings } = await read(count);
    const records = past.map(({ record }) => record);
    const all = history(records, environment);
    if (isAll) return { events: all, isAll, findings };
    // What ran before is known from the first record on that says what runs.
    const unclear = history(records.slice(0, records.findIndex(isSettled) + 1), environment).length;
    const isAnySettled = records.some(isSettled);
    const events = isAnySettled ? all.slice(unclear) : [];
    if (events.length >= wanted) return { events, isAll, findings };
  }
}

import type { Store } from '../store';
import { ChainReading, refuseOtherEnd, type ReadingOptions } from './chain';
import { contentOf, type NumberedRecord } from './content';
import { examine } from './examine';
import { together, type Finding } from './finding';
import { trustedOf } from './keys';
import { readObjects } from './objects';
import { Values } from './values';

/** The end of a chain, as people read it: what has happened, as far as it can be told. */
export interface LastRecords {
  /** Those that are sound, oldest first. */
  past: NumberedRecord[];
  /** Whether there is nothing before them. */
  isAll: boolean;
  /** What is wrong among them. */
  findings: Finding[];
}

/**
 * The last records of a chain, by their numbers.
 * @param count how many; Infinity: all
 * @throws UserError when it ends before the head that the state knows, or has another record there
 * @throws StoreTrouble when the store can't be read
 */
export async function readLast(
  store: Store,
  environment: string,
  options: ReadingOptions,
  count: number,
): Promise<LastRecords> {
  const end = await new ChainReading(store, environment, options).readEnd();
  refuseOtherEnd(store, end);
  const after = Math.max(0, end.head.number - count);
  const { objects, strays } = await readObjects(store, environment, after);
  const start = { number: after, hash: '' };
  const { links, beyond } = examine(objects, environment, trustedOf(options.keys), start);
  const last: LastRecords = { past: [], isAll: after === 0, findings: [] };
  const values = new Values(store);
  for (const link of links) {
    const told = 'entry' in link ? await contentOf(link, environment, values, count) : link;
    if ('finding' in told) {
      last.findings.push(told.finding);
      continue;
    }
    last.past.push(...told.records.map((record) => ({ number: told.number, record })));
    last.findings.push(...told.findings);
    if (told.hasEarlier) last.isAll = false;
  }
  return { ...last, findings: together([...last.findings, ...beyond, ...strays]) };
}

/**
 * The records, or events, of several ledgers, oldest first. No ledger's own order is changed, whatever clocks have said: that order is what counts. Which of
 * several comes next is a matter of time; of the same time, the former ledger's.
 */
export function merged<T extends { at: string }>(ledgers: readonly (readonly T[])[]): T[] {
  const next = ledgers.map(() => 0);
  const all: T[] = [];
  for (;;) {
    let chosen: number | undefined;
    let first: T | undefined;
    for (const [index, records] of ledgers.entries()) {
      const record = records[next[index] ?? 0];
      if (record !== undefined && (first === undefined || record.at < first.at)) [chosen, first] = [index, record];
    }
    if (chosen === undefined || first === undefined) return all;
    all.push(first);
    next[chosen] = (next[chosen] ?? 0) + 1;
  }
}

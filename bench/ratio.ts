/** Least, middle and greatest of some figures. */
export interface Spread {
  min: number;
  median: number;
  max: number;
  /** How many there were. */
  of: number;
}

/** What two contenders did in the same round: first the one that is looked at, then the one that it is held against. */
export type Pair = readonly [number, number];

/** The middle one, or the mean of the two in the middle; undefined of none. */
export function median(figures: readonly number[]): number | undefined {
  const sorted = [...figures].sort((one, other) => one - other);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** @returns undefined of no figures */
export function spreadOf(figures: readonly number[]): Spread | undefined {
  const middle = median(figures);
  if (middle === undefined) return undefined;
  return { min: Math.min(...figures), median: middle, max: Math.max(...figures), of: figures.length };
}

/**
 * The ratios of all rounds, each of two figures that were measured side by side.
 * @returns undefined when a round has nothing to divide by: then only the figures themselves tell
 */
export function ratioOf(pairs: readonly Pair[]): Spread | undefined {
  return pairs.some(([, other]) => other === 0) ? undefined : spreadOf(pairs.map(([one, other]) => one / other));
}

/**
 * The figure below which a share of all figures lies (nearest rank).
 * @param share 0–1
 * @returns 0 of no figures
 */
export function quantile(figures: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(figures).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

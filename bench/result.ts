import type { Pair } from './ratio';

/** What is aimed at; of a ratio, or of the figure itself where there is no ratio. */
export interface Target {
  /** `ratio`, or the `figure` of the first contender. */
  of: 'ratio' | 'figure';
  at: 'most' | 'least';
  value: number;
}

/** One figure of two contenders, measured side by side. */
export interface Comparison {
  /** `p99 of ordinary requests` */
  figure: string;
  /** `ms`, `s`, `requests`, `requests/s` */
  unit: string;
  /** Who is looked at, and whom it is held against. */
  one: string;
  other: string;
  /** A pair for each round; empty when it could not be measured. */
  rounds: readonly Pair[];
  target?: Target;
  /** Why there is no figure. */
  missing?: string;
}

/** What a row of the bench came to. */
export interface Row {
  name: string;
  /** What was measured, in one line. */
  what: string;
  comparisons: readonly Comparison[];
  /** Counts and circumstances, a line each. */
  notes: readonly string[];
}

/** A row of which nothing could be measured. */
export function missingRow(name: string, what: string, why: string): Row {
  return { name, what, comparisons: [], notes: [`not measured: ${why}`] };
}

/** Whether anything of it was measured. */
export function isMeasured(row: Row): boolean {
  return row.comparisons.some(({ rounds }) => rounds.length > 0);
}

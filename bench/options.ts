import { UserError } from '../base/errors';
import { didYouMean } from '../base/spelling';

/** The rows, in the order in which they are measured. */
export const rowNames = ['edge', 'noop', 'growth', 'from-nothing', 'delivery', 'deployments'] as const;
export type RowName = (typeof rowNames)[number];

/** What a bench is asked for. */
export interface BenchOptions {
  rows: readonly RowName[];
  /** One JSON object in place of the table. */
  json: boolean;
  /** How many deployments of each contender in the row `deployments`. */
  deployments: number;
  /** Requests per second while they are made. */
  rate: number;
}

/**
 * Reads what was typed.
 * @throws UserError for a row that is none, and a number that is none
 */
export function benchOptions(
  options: Readonly<Record<string, string | boolean | undefined>>,
  words: readonly string[],
): BenchOptions {
  for (const word of words) {
    if (isRow(word)) continue;
    throw new UserError(`there is no row "${word}"${didYouMean(word, rowNames)}`, `one of: ${rowNames.join(', ')}`);
  }
  return {
    rows: rowNames.filter((name) => words.length === 0 || words.includes(name)),
    json: options['json'] === true,
    deployments: count('deployments', options['deployments'], { standard: 30, least: 3, most: 1000 }),
    rate: count('rate', options['rate'], { standard: 500, least: 20, most: 10_000 }),
  };
}

function isRow(word: string): word is RowName {
  return (rowNames as readonly string[]).includes(word);
}

function count(
  name: string,
  given: string | boolean | undefined,
  { standard, least, most }: { standard: number; least: number; most: number },
): number {
  if (given === undefined) return standard;
  const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : NaN;
  if (number >= least && number <= most) return number;
  throw new UserError(
    `option "--${name}" must be a whole number from ${least} to ${most}, but is "${String(given)}"`,
    `./sluice bench --${name} ${standard}`,
  );
}

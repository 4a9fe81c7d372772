import type { Store } from '../store';
import { ChainReading, type ReadingOptions } from './chain';
import { describeFinding, type Finding } from './finding';

/** What a look at all records of a chain has found. */
export interface Verification {
  /** The number of the last record. */
  end: number;
  /** The last number up to which everything is sound; 0 for none. */
  soundUpTo: number;
  /** In the order of numbers. */
  findings: Finding[];
  /** For people: what is sound up to where, then each finding on its line. */
  lines: string[];
}

/**
 * Looks at all records of a chain, and at no snapshot. It refuses nothing: also an end that is not the one that the state knows is a finding.
 * @throws StoreTrouble when the store can't be read
 */
export async function verifyChain(
  store: Store,
  environment: string,
  options: Omit<ReadingOptions, 'whole'>,
): Promise<Verification> {
  const { findings, head } = await new ChainReading(store, environment, { ...options, whole: true }).readOn();
  const numbers = findings.filter(({ kind }) => !besides.has(kind)).map(({ number }) => number);
  const soundUpTo = Math.min(head.number, ...numbers.map((number) => number - 1));
  return {
    end: head.number,
    soundUpTo,
    findings,
    lines: [told(environment, head.number, soundUpTo), ...findings.map(describeFinding)],
  };
}

/** What takes nothing from the records around it. */
const besides: ReadonlySet<Finding['kind']> = new Set(['stray', 'broken line']);

function told(environment: string, end: number, soundUpTo: number): string {
  const ledger = `the ledger of ${environment}`;
  if (end === 0) return `${ledger} has no record`;
  const records = (number: number) => (number === 1 ? 'record 1 is' : `records 1 to ${number} are`);
  if (soundUpTo === end) return `${ledger}: ${records(end)} sound`;
  return soundUpTo === 0
    ? `${ledger} is not sound from its first record on; it has ${end}`
    : `${ledger}: ${records(soundUpTo)} sound; it has ${end}`;
}

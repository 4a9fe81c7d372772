import { visibleLine } from '../../base/visible';
import type { Store } from '../store';
import { ChainReading, type ReadingOptions } from './chain';
import type { AcceptedLoss } from './content';
import { describeFinding, isLoss, type Finding } from './finding';
import { trustedOf } from './keys';
import { strangeSnapshots } from './strange-snapshots';

/** What a look at all records of a chain has found. */
export interface Verification {
  /** The number of the last record. */
  end: number;
  /** The last number up to which everything is sound; 0 for none. */
  soundUpTo: number;
  /** In the order of numbers. */
  findings: Finding[];
  /** Losses that somebody has accepted, oldest first. They are no findings. */
  acceptedLosses: AcceptedLoss[];
  /** For people: what is sound up to where, then each finding and each accepted loss on its line. */
  lines: string[];
}

/**
 * Looks at all records of a chain, and believes no snapshot; names what lies among these and is none. It refuses nothing: also an end that is not the one that the state knows is a finding.
 * @throws StoreTrouble when the store can't be read
 */
export async function verifyChain(
  store: Store,
  environment: string,
  options: Omit<ReadingOptions, 'whole'>,
): Promise<Verification> {
  const chain = await new ChainReading(store, environment, { ...options, whole: true }).readOn();
  const { head, rekeys, acceptedLosses } = chain;
  const strange = await strangeSnapshots(store, environment, trustedOf(options.keys), rekeys);
  const findings = [...chain.findings, ...strange];
  const numbers = findings.filter(isLoss).map(({ number }) => number);
  const soundUpTo = Math.min(head.number, ...numbers.map((number) => number - 1));
  return {
    end: head.number,
    soundUpTo,
    findings,
    acceptedLosses,
    lines: [
      told(environment, head.number, soundUpTo),
      ...findings.map(describeFinding),
      ...acceptedLosses.map(describeLoss),
    ],
  };
}

function describeLoss({ number, at, by = 'somebody', known, found }: AcceptedLoss): string {
  const ended =
    found.number === 0 ? 'there was no record left then' : `the ledger ended with record ${found.number} then`;
  return `record ${number}: records up to ${known.number} were lost, and ${visibleLine(by)} has accepted that at ${at}; ${ended}`;
}

function told(environment: string, end: number, soundUpTo: number): string {
  const ledger = `the ledger of ${environment}`;
  if (end === 0) return `${ledger} has no record`;
  const records = (number: number) => (number === 1 ? 'record 1 is' : `records 1 to ${number} are`);
  if (soundUpTo === end) return `${ledger}: ${records(end)} sound`;
  return soundUpTo === 0
    ? `${ledger} is not sound from its first record on; it has ${end}`
    : `${ledger}: ${records(soundUpTo)} sound; it has ${end}`;
}
